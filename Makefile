# make           build the executables
# make demo      from a fresh Debian machine with Swift to a push that can be seen
# make test      everything, with a real engine and a real registry
# make soak      the long tests: SOAK_ROUNDS kills, FUZZ_ROUNDS executions of each property
# make format    format the sources
# make check     formatting, and that every import is declared
# make setup     install what building and the demo need (setup-test: what the tests need)

.DELETE_ON_ERROR:
.PHONY: all build demo test soak format format-check imports check setup setup-test

BUILD := .build/release
SOURCES := Sources Tests Package.swift
SWIFT_BUILD := swift build -c release

all: build

build: swift
	$(SWIFT_BUILD)

demo: setup build
	Tests/Support/as-engine-user.sh $(BUILD)/enclavia-sandbox run --build-time 1 -- \
		env PATH="$(CURDIR)/$(BUILD):$$PATH" Tests/Support/demo.sh

test: setup setup-test swift
	$(SWIFT_BUILD) --build-tests
	swift test -c release --skip-build

SOAK_ROUNDS := 200
FUZZ_ROUNDS := 1000000

soak: setup setup-test swift
	$(SWIFT_BUILD) --build-tests
	ENCLAVIA_SOAK_ROUNDS=$(SOAK_ROUNDS) ENCLAVIA_FUZZ_ROUNDS=$(FUZZ_ROUNDS) timeout 4h \
		swift test -c release --skip-build \
		--filter 'Death|Signal|StoreFault|Race|OtherSide|Secret|Podman|Fuzz|Hostile'

format:
	swift format --in-place --recursive $(SOURCES)

format-check:
	swift format lint --strict --recursive $(SOURCES)

imports:
	$(SWIFT_BUILD) --build-tests --explicit-target-dependency-import-check error

check: format-check imports

.PHONY: swift
swift:
	@command -v swift >/dev/null || { \
		echo "swift 6.2 or newer is not installed: see https://www.swift.org/install/linux/" >&2; \
		exit 1; }

define NEEDED
libsqlite3-dev   the SQLite that holds the history
docker.io        the engine whose images are pushed
docker-registry  the registry of the sandbox
endef

define NEEDED_FOR_TESTS
bash-completion   completion is tested with and without it
curl              plays a script that speaks with the backend
fish              completion is tested in real shells
jq                reads what --json prints
lintian           checks the package
man-db            shows the pages as a reader sees them
mandoc            checks the pages
podman            the other engine
python3-jsonschema  checks what --json prints against the schemas
python3-pexpect   presses TAB in real shells
shellcheck        checks the scripts
sqlite3           reads the store as others will
strace            kills the product at chosen system calls
tmux              a terminal for tests
zsh               completion is tested in real shells
endef

export NEEDED NEEDED_FOR_TESTS

setup:
	@printf '%s\n' "$$NEEDED" | Tests/Support/install-packages.sh

setup-test:
	@printf '%s\n' "$$NEEDED_FOR_TESTS" | Tests/Support/install-packages.sh
