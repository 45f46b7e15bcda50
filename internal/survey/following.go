package survey

import "time"

// Following is what a record means for the case of its person. Who follows answers up decides it before the queue; what becomes of the case also depends on how it is then.
type Following struct {
	Person string // whose case it is
	Cause  string // why the answer, as it is now, asks for a case; "": it asks for none
	CaseID ID     // if one opens
	DueAt  time.Time
	Owner  int64 // who gets it when it opens; 0: nobody
	LogIDs [3]ID // of the lines that this may add to the case's log
}
