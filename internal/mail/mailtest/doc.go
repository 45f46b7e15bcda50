// Package mailtest is a mail server for tests: it speaks SMTP over TCP as a real one does, keeps what it is given, and breaks where it is told to.
package mailtest

// Point is a place in an SMTP session at which a Sink can break.
type Point int

// The points, in the order of a session.
const (
	Accept        Point = iota // the connection stands, the banner is not written
	Banner                     // the banner is written
	Hello                      // EHLO or HELO was read, not answered
	Greeted                    // EHLO is answered
	StartTLS                   // STARTTLS was read, not answered
	Handshake                  // STARTTLS is answered, TLS has not begun
	Auth                       // AUTH was read, not answered
	Authenticated              // AUTH is answered
	Mail                       // MAIL was read, not answered
	Rcpt                       // RCPT was read, not answered
	Data                       // DATA was read, not answered
	Ready                      // 354 is written, no data were read
	Body                       // the first kilobyte of the data was read
	Dot                        // the final dot was read, not answered
	Done                       // 250 after the data is written, the message is kept
)

// Points lists all of them.
func Points() []Point {
	points := make([]Point, 0, Done+1)
	for p := Accept; p <= Done; p++ {
		points = append(points, p)
	}
	return points
}

// String names the point.
func (p Point) String() string {
	names := [...]string{"accept", "banner", "hello", "greeted", "starttls", "handshake", "auth", "authenticated", "mail", "rcpt", "data", "ready", "body", "dot", "done"}
	if p < 0 || int(p) >= len(names) {
		return "nowhere"
	}
	return names[p]
}

// Action is how a Sink breaks.
type Action int

// The actions.
const (
	Drop    Action = iota // close the connection
	Hang                  // say nothing more until the client goes away or the sink is closed
	Garbage               // write bytes that are no reply, and go on reading
	Reply                 // answer with Code and Text instead; at a point where an answer has just been written it is an answer nobody asked for
	Keep                  // at Dot: keep the message, then close the connection without an answer
)

// Fault is one break.
type Fault struct {
	Do   Action
	Code int    // of Reply: 100..599
	Text string // of Reply
}

// Place is where a session stands when the sink asks whether to break.
type Place struct {
	Point      Point
	Connection int    // 1 is the first
	From, To   string // of the message under way; To is the one that is being named at Rcpt
}

// Inject decides about each place. It is called by many sessions at once; nil means no fault.
type Inject func(Place) *Fault

// At breaks every session at the point.
func At(point Point, fault Fault) Inject {
	return func(p Place) *Fault {
		if p.Point != point {
			return nil
		}
		return &fault
	}
}
