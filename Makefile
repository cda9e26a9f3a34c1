# Thin verbs; what they do lives in scripts/, testbed/ and test/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# `make demo CLUSTER=existing SOURCE_CONTEXT=… DESTINATION_CONTEXT=… NAMESPACE=…` hands these to the programs.
export BUNDLES REVISION CERTIFICATES IMAGES PLATFORMS BASE_IMAGE HELM_IMAGE TRANSFER_IMAGE PUSH RELEASE ZSTD_LEVEL
export CLUSTER SOURCE_CONTEXT DESTINATION_CONTEXT NAMESPACE IMAGE CA_BUNDLE PARAMS
.DEFAULT_GOAL := help

## Everyday

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: bundle ## Move a sample application between two local clusters and prove it (root; CLUSTER=existing for yours)
	@node testbed/demo/main.ts demo

.PHONY: demo-down
demo-down: node_modules/.package-lock.json ## Remove the local clusters: processes, mounts, namespaces, links
	@node testbed/clusters/main.ts down

.PHONY: test
test: node_modules/.package-lock.json ## Run every suite, the ones on real clusters too (root)
	@node scripts/test.ts

.PHONY: check
check: node_modules/.package-lock.json ## Run the suites that need neither root nor a cluster
	@node scripts/test.ts --light

.PHONY: format
format: node_modules/.package-lock.json ## Format the code
	@biome format --write .

.PHONY: generate
generate: node_modules/.package-lock.json ## Write the files that follow from the task definitions
	@node scripts/generate.ts

.PHONY: bench
bench: bundle ## Measure against peers; see bench/README.md
	@node bench/main.ts

## Building

.PHONY: bundle
bundle: node_modules/.package-lock.json ## Bundle the programs into dist/
	@node scripts/bundle.ts

.PHONY: image
image: bundle ## Build the task image and load it into the local clusters
	@node testbed/demo/main.ts image

.PHONY: images
images: bundle ## Build the images for all platforms, push them below IMAGES=registry/path when it is given, and pin the forms
	@node scripts/publish-images.ts

.PHONY: bundles
bundles: node_modules/.package-lock.json ## Write the Tekton bundles, and push them below BUNDLES=registry/path when it is given
	@node scripts/publish-bundles.ts

.PHONY: release
release: bundle ## Write all that a release contains to dist/release; PUSH=true IMAGES=… BUNDLES=… pushes it too
	@node scripts/release.ts

## Local clusters

.PHONY: cluster-up
cluster-up: node_modules/.package-lock.json ## Start both clusters (idempotent; builds what is missing)
	@node testbed/clusters/main.ts up

.PHONY: cluster-status
cluster-status: node_modules/.package-lock.json ## Show what runs
	@node testbed/clusters/main.ts status

.PHONY: cluster-down
cluster-down: demo-down ## Same as demo-down

node_modules/.package-lock.json: package-lock.json
	@npm ci --no-audit --no-fund
