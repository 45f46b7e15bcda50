package mail

import (
	"regexp"
	"strings"
)

var (
	// original begins what a mail program puts below the text.
	original = regexp.MustCompile(`(?i)^(-{2,}\s*(original message|forwarded message|исходное сообщение|пересылаемое сообщение|wiadomość oryginalna|oryginalna wiadomość|оригинално съобщение|препратено съобщение)\s*-{2,}|_{20,})$`)
	// from and sent are the first lines of a header that some programs write instead, in our languages.
	from = regexp.MustCompile(`(?i)^\*?(from|od|от|von|de)\s?:\*?\s\S`)
	sent = regexp.MustCompile(`(?i)^\*?(sent|date|wysłano|data|отправлено|дата|изпратено|gesendet|to|do|кому|до|subject|temat|тема)\s?:\*?\s\S`)
	// wrote is the line above a quotation: it names a time or an address and ends with a colon.
	wrote = regexp.MustCompile(`(\d|@).*:$`)
)

// withoutQuotes cuts off what a reply repeats of the mail that it answers, and the signature. Where nothing would be left, all stays.
func withoutQuotes(text string) string {
	lines := strings.Split(text, "\n")
	end := len(lines)
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if original.MatchString(line) || strings.TrimRight(lines[i], "\r") == "-- " || line == "--" || from.MatchString(line) && i+1 < len(lines) && sent.MatchString(strings.TrimSpace(lines[i+1])) {
			end = i
			break
		}
	}
	kept := unquoted(lines[:end])
	if kept == "" {
		return text
	}
	return kept
}

// unquoted leaves out lines that begin with > where only such lines follow, and what introduces them. Answers between quotations keep them: they are not understood alone.
func unquoted(lines []string) string {
	end := len(lines)
	quoted := false
	for end > 0 {
		line := strings.TrimSpace(lines[end-1])
		if line != "" && !strings.HasPrefix(line, ">") {
			break
		}
		quoted = quoted || line != ""
		end--
	}
	if quoted && end > 0 && strings.HasSuffix(strings.TrimSpace(lines[end-1]), ":") {
		// It may go over two lines.
		switch {
		case wrote.MatchString(strings.TrimSpace(lines[end-1])):
			end--
		case end > 1 && wrote.MatchString(strings.TrimSpace(lines[end-2])+" "+strings.TrimSpace(lines[end-1])):
			end -= 2
		}
	}
	return strings.TrimSpace(strings.Join(lines[:end], "\n"))
}
