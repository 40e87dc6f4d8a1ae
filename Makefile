.DEFAULT_GOAL := help
.PHONY: help run test check-api faults bench bench-quick bench-engine demo demo-crash lint format build clean

swift_sources = $(wildcard Package.swift Sources Tests Benchmarks loadtest)

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## build and run Usher with a local stack and demo data (USHER_HTTP_PORT=8080)
	@scripts/run

test: ## run all tests against real servers (ARGS="--filter InventoryTests" for some)
	@scripts/test $(ARGS)

check-api: ## hold openapi.json against a running server, some 11,000 requests (CHECK_API_EXAMPLES=30)
	@CHECK_API_EXAMPLES=$${CHECK_API_EXAMPLES:-30} scripts/test --filter APICheckTests $(ARGS)

faults: ## kill, freeze and starve a running server and its stores (ARGS="--scenario kill-after-commit --seed 7" for one)
	@scripts/faults $(ARGS)

bench: ## measure Usher beside its baselines, a quarter of an hour, and write Benchmarks/RESULTS.md (ARGS="--only holds" for some)
	@scripts/bench $(ARGS)

bench-quick: ## the main rows of it in three minutes
	@scripts/bench --quick $(ARGS)

bench-engine: ## measure the engine in process (ARGS='--filter "Hold.*"' for some)
	@swift package --package-path Benchmarks benchmark --target EngineBenchmarks $(ARGS)

demo: ## watch a rush of customers book one event
	@scripts/demo

demo-crash: ## the same, with the server killed in the middle of the sale
	@scripts/demo --crash

lint: ## check the format of the Swift code
	@swift format lint --strict --parallel --recursive $(swift_sources)

format: ## format the Swift code
	@swift format --in-place --parallel --recursive $(swift_sources)

build: ## build everything for development
	@scripts/bootstrap && swift build --build-tests

clean: ## stop the local servers and delete their data and everything built
	@for name in dev test demo faults faults-test restart bench; do scripts/stack remove --name $$name || exit; done
	@rm -rf .build .usher
