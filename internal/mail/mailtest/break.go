package mailtest

import "io"

func (s *session) place(p Point, to string) Place {
	return Place{Point: p, Connection: s.number, From: s.from, To: to}
}

// at plays the fault of a point at which nothing is owed to the client.
func (s *session) at(p Point) error {
	if f := s.sink.fault(s.place(p, s.recipient())); f != nil {
		return s.play(*f)
	}
	return nil
}

// answered plays the fault of a point at which a reply is owed, and tells whether that was the reply.
func (s *session) answered(p Point, to string) (bool, error) {
	f := s.sink.fault(s.place(p, to))
	if f == nil {
		return false, nil
	}
	return true, s.play(*f)
}

// play does what the fault says; an error ends the session.
func (s *session) play(f Fault) error {
	switch f.Do {
	case Hang:
		_, err := io.Copy(io.Discard, s.in)
		if err == nil {
			err = errBroken
		}
		return err
	case Garbage:
		_, err := io.WriteString(s.conn, "\x00\xff!! not a reply ✗\r\n")
		return err
	case Reply:
		return s.say(f.Code, f.Text)
	case Drop, Keep:
	}
	return errBroken
}
