// Package survey holds the rules of asking and answering: surveys, questions, touchpoints, contacts, invitations and responses.
package survey
