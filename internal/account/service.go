package account

// Service holds the use cases of the account.
type Service struct{}
