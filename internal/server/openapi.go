package server

import (
	_ "embed"
	"net/http"
)

// openAPIText describes the API. It is written by hand; tests hold it to the routes and to what they answer.
//
//go:embed openapi.json
var openAPIText []byte

// openAPI sends the description of the API.
func openAPI(r *Request) error { return sendJSONText(r.c, http.StatusOK, openAPIText) }
