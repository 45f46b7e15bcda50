package people

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
)

// AddressKey names an address without telling it: the HMAC-SHA-256 of the folded address under a key that is not in the database. The case of letters makes no
// difference.
func AddressKey(secret []byte, address string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("address1|" + FoldAddress(address)))
	return mac.Sum(nil)
}

// FoldAddress is the form of an address by which two spellings are one person.
func FoldAddress(address string) string { return strings.ToLower(strings.TrimSpace(address)) }
