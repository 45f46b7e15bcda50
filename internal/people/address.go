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

// NumberKey names a customer number of the shop's without telling it, as AddressKey does an address. It begins with a #, which no AddressKey of its length does.
func NumberKey(secret []byte, number string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("number1|" + number))
	return mac.Sum([]byte("#"))
}

// IsNumberKey tells a NumberKey from an AddressKey.
func IsNumberKey(key []byte) bool { return len(key) == 1+sha256.Size && key[0] == '#' }

// nameKey is the key of a name as aliases are written.
func nameKey(secret []byte, name string) []byte {
	if name[0] == '#' {
		return NumberKey(secret, name[1:])
	}
	return AddressKey(secret, name[1:])
}

// FoldAddress is the form of an address by which two spellings are one person.
func FoldAddress(address string) string { return strings.ToLower(strings.TrimSpace(address)) }
