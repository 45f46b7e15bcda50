// Package mail writes messages and delivers them: to an SMTP server, and back from one as bounces. It decides nothing about who is asked.
package mail
