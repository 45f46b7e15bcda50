// Package templates has the pages: a file per resource, made of the blocks in ui.
package templates
