package main

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// given is what a person was told is stored.
type given struct {
	rating  int
	comment string
}

// people answer a survey as browsers do, and send a form again when no reply came.
type crowd struct {
	k    *killTest
	keys survey.Keys

	mu           sync.Mutex
	changedState *sync.Cond
	address      string // "": the server is down
	stopped      bool
	acknowledged map[survey.ID]given

	left                              atomic.Int64 // requests and replies until due
	due                               chan struct{}
	gaveUp                            chan struct{} // closed when somebody has waited for too long
	giveUp                            func()
	personal, changed, twice, retried atomic.Int64
	wg                                sync.WaitGroup
}

func newPeople(k *killTest, keys survey.Keys) *crowd {
	p := &crowd{k: k, keys: keys, acknowledged: map[survey.ID]given{}, due: make(chan struct{}, 1), gaveUp: make(chan struct{})}
	p.giveUp = sync.OnceFunc(func() {
		p.leave()
		close(p.gaveUp)
	})
	p.changedState = sync.NewCond(&p.mu)
	return p
}

func (p *crowd) start(n int) {
	for who := range n {
		p.wg.Go(func() { p.answerAll(who) })
	}
}

// after waits until n more requests went out or replies came in: a moment that no commit knows of. It fails the test when somebody has given up.
func (p *crowd) after(n int64) {
	p.k.t.Helper()
	p.left.Store(n)
	select {
	case <-p.due:
	case <-p.gaveUp:
		p.k.t.Fatal("nobody answers any more")
	}
}

func (p *crowd) step() {
	if p.left.Add(-1) == 0 {
		p.due <- struct{}{}
	}
}

func (p *crowd) up(address string) { p.set(address) }
func (p *crowd) down()             { p.set("") }

// stop lets everybody finish what they have begun.
func (p *crowd) stop() {
	p.leave()
	p.wg.Wait()
}

// leave has nobody begin anything more.
func (p *crowd) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
}

func (p *crowd) set(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.address = address
	p.changedState.Broadcast()
}

// where waits until the server is up.
func (p *crowd) where() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.address == "" {
		p.changedState.Wait()
	}
	return p.address
}

func (p *crowd) ended() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopped
}

// How long a browser waits for a reply, and a person for an acknowledgement: far more than any of them needs, so that what hangs is seen and named.
const (
	replyWithin = 30 * time.Second
	patience    = 3 * time.Minute
)

// newDevice is a browser that follows no redirects.
func newDevice() *http.Client {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: &http.Transport{}, CheckRedirect: stay, Timeout: replyWithin}
}

// answerAll is one person after the other, at one device.
func (p *crowd) answerAll(who int) {
	device := newDevice()
	defer device.CloseIdleConnections()
	for n := 0; !p.ended(); n++ {
		g := given{(who + n) % 11, fmt.Sprintf("person %d of device %d", n, who)}
		address, cookie := "/s/"+p.k.link, ""
		if n%3 == 2 {
			select {
			case token := <-p.k.tokens:
				address = "/s/" + token
				p.personal.Add(1)
			default:
			}
		}
		if address == "/s/"+p.k.link {
			for _, c := range p.send(device, "GET", address, "", nil, http.StatusOK).Cookies() {
				cookie = c.Name + "=" + c.Value
			}
		}
		to := p.give(device, address, cookie, g)
		switch n % 4 {
		case 1:
			p.twice.Add(1)
			if again := p.give(device, address, cookie, g); again != to {
				p.k.t.Errorf("the same form leads to %s and to %s", to, again)
			}
		case 3:
			p.changed.Add(1)
			g = given{10 - g.rating, g.comment + ", who thought again"}
			p.give(device, to+"/1", "", g)
		}
	}
}

// give sends a form until it is acknowledged, and notes that. It returns where the thank-you is.
func (p *crowd) give(device *http.Client, address, cookie string, g given) (to string) {
	form := url.Values{"q1": {strconv.Itoa(g.rating)}, "comment": {g.comment}, "layout": {"row"}}
	to = p.send(device, "POST", address, cookie, form, http.StatusSeeOther).Header.Get("Location")
	id, ok := p.keys.AnswerID(path.Base(to))
	if !ok {
		p.k.t.Errorf("an answer leads to %q", to)
		return to
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acknowledged[id] = g
	return to
}

// send tries until the server says the status. A 503, or no reply, is no acknowledgement: the same goes out again.
func (p *crowd) send(device *http.Client, method, address, cookie string, form url.Values, want int) *http.Response {
	last := "nothing"
	for until := time.Now().Add(patience); time.Now().Before(until); {
		req, err := http.NewRequest(method, p.where()+address, strings.NewReader(form.Encode()))
		if err != nil {
			p.k.t.Error(err)
			return &http.Response{}
		}
		if form != nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if cookie != "" {
			req.Header.Set("Cookie", cookie)
		}
		p.step()
		res, err := device.Do(req)
		if err != nil {
			last = err.Error()
			p.retried.Add(1)
			continue
		}
		last = res.Status
		_ = res.Body.Close()
		p.step()
		switch {
		case res.StatusCode == want:
			return res
		case res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "":
			p.k.t.Errorf("%s %s: status %d, want %d", method, address, res.StatusCode, want)
			return res
		}
		p.retried.Add(1)
	}
	p.k.t.Errorf("%s %s: no acknowledgement in %s, the last reply is %s", method, address, patience, last)
	p.giveUp()
	return &http.Response{}
}
