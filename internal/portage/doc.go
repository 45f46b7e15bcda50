// Package portage carries answers in from files of other systems and out again, so that what goes out comes back in unchanged.
package portage
