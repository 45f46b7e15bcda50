package mailtest

import "sync"

// Greylist refuses each recipient for now the first times it is named, as servers do that wait for spammers to give up.
func Greylist(times int) Inject {
	var mu sync.Mutex
	seen := map[string]int{}
	return func(p Place) *Fault {
		if p.Point != Rcpt {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if seen[p.To]++; seen[p.To] > times {
			return nil
		}
		return &Fault{Do: Reply, Code: 451, Text: "4.7.1 greylisted, try again later"}
	}
}

// Nth breaks at the point only at its n-th time, counted from 1 over all sessions.
func Nth(point Point, n int, fault Fault) Inject {
	var mu sync.Mutex
	times := 0
	return func(p Place) *Fault {
		if p.Point != point {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if times++; times != n {
			return nil
		}
		return &fault
	}
}
