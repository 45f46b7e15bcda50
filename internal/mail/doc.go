// Package mail writes survey mails and takes them to a mail server, and reads what mail servers report back.
package mail
