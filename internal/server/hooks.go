package server

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

// MailReturns takes what relays tell about mails that came back.
type MailReturns interface {
	// Call takes one call, and says how many mails of ours it was about.
	Call(ctx context.Context, key string, body []byte) (n int, err error)
	// Refusal tells which status an error of Call is; 0: it is a failure of ours.
	Refusal(err error) int
}

// maxCall is the greatest call of a relay, in bytes.
const maxCall = 1 << 20

// bounces takes a relay's call. It answers in few words, for a program: a call that is about nobody is fine, or the relay would repeat it for days.
func (h *mailPages) bounces(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxCall))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return c.NoContent(http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return c.NoContent(http.StatusBadRequest)
	}
	n, err := h.Returns.Call(c.Request().Context(), c.Param("key"), body)
	if err != nil {
		status := h.Returns.Refusal(err)
		if status == 0 {
			h.s.deps.Log.Error("a relay's call was not taken", "error", err)
			status = http.StatusInternalServerError
		}
		return c.NoContent(status)
	}
	return c.JSON(http.StatusOK, map[string]int{"noted": n})
}
