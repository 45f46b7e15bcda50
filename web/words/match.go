package words

import "golang.org/x/text/language"

// longestHeader bounds the work done for one Accept-Language header, in bytes.
// Browsers send well under 200.
const longestHeader = 1000

// Match picks the language of offered that suits an Accept-Language header
// best: the first of the visitor's languages, in order of preference, that is
// offered itself or in a regional form. Related languages do not count: a
// reader of Ukrainian has not asked for Russian. Otherwise it returns fallback.
func Match(acceptLanguage string, offered []string, fallback string) string {
	if len(acceptLanguage) > longestHeader || len(offered) == 0 {
		return fallback
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return fallback
	}
	for _, tag := range wanted {
		base, confidence := tag.Base()
		if confidence < language.High {
			continue
		}
		for _, lang := range offered {
			if base.String() == lang {
				return lang
			}
		}
	}
	return fallback
}
