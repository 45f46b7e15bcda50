package demo

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// quiet is how many weeks back invitations without an answer go, and how many there are for each answer of a customer we know.
const (
	quietWeeks = weeks
	quietEach  = 2
)

// invite makes the invitations of everybody whom we know: those who answered, within an hour or so of being asked, and of late those who did not.
func invite(rng *rand.Rand, visits []*visit, days calendar) []*visit {
	var silent []*visit
	for _, p := range visits {
		p.asked = p.r.AnsweredAt
		if !p.known {
			continue
		}
		p.asked = p.asked.Add(-time.Duration(float64(4*time.Minute) + rng.ExpFloat64()*float64(25*time.Minute))).Truncate(time.Second)
		p.r.Channel = survey.ViaInvitation
		if p.week < weeks-quietWeeks {
			continue
		}
		for range quietEach {
			q := &visit{r: survey.Response{SurveyID: p.r.SurveyID, VersionID: p.r.VersionID, Touchpoint: p.r.Touchpoint, Language: speak(rng.Float64())}, def: p.def, act: p.act, week: p.week, known: true, silent: true}
			q.asked = days.at(p.week, rng.Float64(), rng.Float64()).UTC()
			q.opened = rng.Float64() < 0.3
			silent = append(silent, q)
		}
	}
	return silent
}

// byAsking puts visits in the order in which their ids were made: when somebody was asked, or when an answer came unasked.
func byAsking(visits []*visit) {
	slices.SortStableFunc(visits, func(a, b *visit) int { return cmp.Or(a.asked.Compare(b.asked), cmp.Compare(a.r.Rating, b.r.Rating)) })
}

// send writes the invitations. It returns the token of the newest one of the survey that has been left unopened, and all of them.
func (t *tale) send(ctx context.Context, st Store, s Setup, surveyID int64) (unopened string, made []survey.Invitation, err error) {
	rng := chance(ofInvitations)
	var sent []survey.FunnelDelta
	var hashes [][]byte
	for _, p := range slices.Concat(t.visits, t.silent) {
		if !p.known {
			continue
		}
		v := survey.Invitation{
			ID: p.r.ID, SurveyID: p.r.SurveyID, ContactID: p.r.ContactID, Touchpoint: p.r.Touchpoint, Language: p.r.Language, OrderRef: p.r.OrderRef,
			Nonce: make([]byte, 0, survey.NonceLength), KeyID: s.Keys.Current(), CreatedAt: p.asked, SentAt: p.asked, ClickRating: survey.NoRating, ExpiresAt: p.asked.AddDate(0, 0, survey.InvitationDays),
		}
		for len(v.Nonce) < survey.NonceLength {
			v.Nonce = append(v.Nonce, byte(rng.Uint32()))
		}
		token, err := s.Keys.Token(v.KeyID, v.Nonce)
		if err != nil {
			return "", nil, err
		}
		if p.silent && !p.opened && p.r.SurveyID == surveyID {
			unopened = token
		}
		until := p.r.AnsweredAt
		if p.silent {
			until = s.Now
		}
		if !p.silent || p.opened {
			v.OpenedAt = p.asked.Add(until.Sub(p.asked) * 9 / 10)
		}
		made, hashes = append(made, v), append(hashes, survey.HashToken(token))
		sent = append(sent, survey.FunnelDelta{
			Cell:   survey.FunnelCell{SurveyID: v.SurveyID, Touchpoint: v.Touchpoint, Language: v.Language, Day: survey.DayOf(v.SentAt, s.Zone)},
			Funnel: survey.Fate{Opened: !v.OpenedAt.IsZero()}.Funnel(),
		})
	}
	if err := st.CreateInvitations(ctx, made, hashes); err != nil {
		return "", nil, err
	}
	return unopened, made, st.AddFunnel(ctx, sent)
}
