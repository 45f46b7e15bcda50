// Package ui is the look of the staff pages: frames, forms, tables and charts.
// It knows HTML and nothing of surveys: every block takes a plain struct of
// values that were worked out and labels that were written before.
//
// Charts are SVG made on the server. The outer svg has no viewBox and places
// things by percent, so text keeps its size at every width; an inner svg
// stretches lines and bands. Colours come from classes only, so dark mode,
// print and a strict content security policy work by themselves.
package ui
