// Package mail has the survey mails, as html and as plain text that says the same. It is, beside the survey page, the one place with inline styles: mail programs
// know no other.
package mail
