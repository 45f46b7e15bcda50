.PHONY: help setup run check bench soak generate

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

setup: ## install what the tests need beside Go (root, once)
	.ci/setup

run: ## serve the example shop
	go run ./cmd/surveyd demo

check: ## every test, on both engines and in a browser
	.ci/check

bench: ## the promises about speed and size, as ratios in one run
	go run ./internal/bench

soak: ## the long runs at full count: kills, races, random histories
	SURVEYD_SOAK=full go test -count 1 -run '^TestSoak' -v -timeout 240m ./...

generate: ## write the _templ.go files
	go tool templ generate
