// Package words holds every text a person reads, in English, Polish, Russian
// and Bulgarian, and formats numbers and dates the way each language does.
//
// # Adding a text
//
//  1. Append `"area.name": "Text with {placeholder}"` to each of en.json,
//     pl.json, ru.json and bg.json, anywhere in the file. A text that counts
//     something is an object with a form per plural category: one and other in
//     en and bg; one, few, many and other in ru and pl. {n} is the number.
//  2. Run `go test ./web/words -update`, which sorts the files, one key a line.
//  3. Use it: w.T("area.name", "placeholder", value) or w.N("area.count", n).
//
// The tests refuse a key that is missing in a language, a plural category that
// is missing, placeholders that differ between languages, Latin letters inside
// Cyrillic words, and a T or N anywhere in the sources that names no key.
//
// Customers are addressed formally (вы, Państwo, Вие), never by gender. Names
// put in for a placeholder are never declined: put a common noun in front of
// them ("магазин {brand}").
package words
