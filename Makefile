# make           build the executables
# make demo      set up a fresh Debian machine with Swift, build, and show a push in a sandbox
# make test      run all tests, with a real engine and a real registry
# make soak      run the long tests: SOAK_ROUNDS kills and power losses, FUZZ_ROUNDS runs of each property
# make bench     measure the speeds, and print each beside its counterpart (BENCH_PUSHES records); the
#                table and the history of all runs are in .build/bench
# make format    format the sources
# make check     check the formatting, that every import is declared, and that nothing needs ICU's data
# make completions  write the files that are generated from the parser's own description
# make screens   write the output of each command to Tests/Screens, so that `git diff` shows the changes
# make install   into PREFIX (/usr/local), below DESTDIR; make uninstall removes it
# make deb       a Debian package, in .build/deb
# make setup     install the packages for the build and the demo (setup-test: those for the tests)

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: all build build-tests demo test soak bench check-bench format check setup setup-test
.PHONY: completions screens install uninstall deb

BUILD := .build/release
SOURCES := Sources Tests Package.swift
# The flags also apply to the dependencies, to which Package.swift cannot give flags. A build with other
# flags rebuilds everything: use `make build` or `make build-tests`, not swift build. The savings were
# measured by omitting one flag at a time, on x86_64.
#  disable-local-rpath    without it, each start searches the program's own folder for each library first
#  debug-info-format      no debug information, which is stripped from the program anyway
#  file-prefix-map        removes the build's folder from 384 strings of the program (C's __FILE__)
#  the other four         save 1.5 MB: BoringSSL is in the program twice, under two prefixes, because
#                         swift-crypto and swift-nio-ssl each have a copy. It is C++ without exceptions;
#                         with one section per function, the linker omits functions that nothing calls
SWIFT_BUILD = $(if $(LIBSTDCXX),ENCLAVIA_LIBSTDCXX=$(LIBSTDCXX)) swift build -c release \
	--disable-local-rpath -debug-info-format none \
	-Xcc "-ffile-prefix-map=$(CURDIR)/=" -Xcc "-ffile-prefix-map=$(CURDIR)/.build/checkouts/=" \
	-Xcc -ffunction-sections -Xcc -fdata-sections \
	-Xcc -fno-asynchronous-unwind-tables -Xcxx -fno-exceptions

# Loading the shared C++ library takes 1 ms of the 4.3 ms of processor time of a TAB. So the program links
# its archive, where there is one.
LIBSTDCXX = $(filter /%,$(shell clang -print-file-name=libstdc++.a 2>/dev/null))

all: build

# The start of the last build. The program's own time does not tell: a build leaves an unchanged program
# as it is, and edits after the start may be missing from it.
BUILT := $(BUILD)/built.stamp

# The credential helper is the program itself, under the name by which clients start it.
HELPER := docker-credential-enclavia

build: swift
	@mkdir -p .build && touch .build/begun.stamp
	$(SWIFT_BUILD)
	@ln -sf enclavia $(BUILD)/$(HELPER)
	@mv .build/begun.stamp $(BUILT)

build-tests: swift
	$(SWIFT_BUILD) --build-tests
	@ln -sf enclavia $(BUILD)/$(HELPER)

demo: setup build
	Tests/Support/as-engine-user.sh $(BUILD)/enclavia-sandbox run --private-engine --build-time 1 -- \
		env PATH="$(abspath $(BUILD)):$$PATH" Tests/Support/demo.sh

# Not in parallel: on two cores, concurrent tests would miss time limits of half a second.
test: setup setup-test build-tests
	Tests/Support/run-tests.sh -c release --skip-build --no-parallel

# Numbers that may also come from the environment: `BENCH_PUSHES=100000 make bench`.
SOAK_ROUNDS ?= 200
FUZZ_ROUNDS ?= 1000000

soak: setup setup-test build-tests
	ENCLAVIA_SOAK_ROUNDS=$(SOAK_ROUNDS) ENCLAVIA_FUZZ_ROUNDS=$(FUZZ_ROUNDS) timeout 4h \
		swift test -c release --skip-build --no-parallel \
		--filter 'Death|Signal|StoreFault|Race|OtherSide|Index|PowerLoss|Secret|UnsafeFile|Podman|Fuzz|Hostile|BusyMachine|Rewrite|Report|HistoryQuery|Verify'

BENCH_PUSHES ?= 1000000

bench: setup setup-test deb
	Tests/Support/as-engine-user.sh Tests/Benchmarks/bench.py --pushes $(BENCH_PUSHES) \
		--deb $(DEB)/enclavia_$(VERSION)_$(ARCH).deb

# Runs the benchmark on a small history, to check that it works: the figures are not checked.
check-bench:
	Tests/Support/as-engine-user.sh Tests/Benchmarks/check_bench.py

format:
	swift format --in-place --recursive $(SOURCES)

check: format-check check-icu check-imports

.PHONY: format-check check-icu check-imports
format-check:
	swift format lint --strict --recursive $(SOURCES)

check-imports: swift
	$(SWIFT_BUILD) --build-tests --explicit-target-dependency-import-check error

# The program does not contain ICU's data (Sources/CICUStubData), so that these return nothing, or crash.
# The sandbox has the data.
NEEDS_ICU := Locale|Calendar|DateComponents|TimeZone|[A-Za-z0-9]*Formatter|formatted|FormatStyle|String\(format:
NEEDS_ICU := $(NEEDS_ICU)|NSRegularExpression|regularExpression|localized[A-Z][A-Za-z]*|capitalized
NEEDS_ICU := $(NEEDS_ICU)|(upper|lower|capital)(cased|ized)\(with|diacriticInsensitive|applyingTransform
NEEDS_ICU := $(NEEDS_ICU)|(de|pre)composedStringWith[A-Za-z]*|enumerateSubstrings

check-icu:
	@! grep -rnwE --include=*.swift '$(NEEDS_ICU)' \
		$(filter-out %/EnclaviaSandbox %/enclavia-sandbox,$(wildcard Sources/*)) || { \
		echo "these need the data of ICU, which the program does not hold" >&2; exit 1; }

.PHONY: swift
swift:
	@command -v swift >/dev/null || { \
		echo "swift 6.2 or newer is not installed: see https://www.swift.org/install/linux/" >&2; \
		if [ "$$(id -u)" = 0 ]; then \
			echo "if only a user has it: run make as that user, then make install as root" >&2; \
		fi; exit 1; }

define NEEDED
libsqlite3-dev    the SQLite that holds the history
docker.io|podman  the engine whose images are pushed
docker-registry   the registry of the sandbox
endef

define NEEDED_FOR_TESTS
bash-completion   completion is tested with and without it
chromium          shows reports, and says what it makes of them
cmark-gfm         reads the Markdown as GitHub does
curl              plays a script that speaks with the backend
docker.io         the engine of the tests
dpkg-dev          finds what the Debian package depends on
fish              completion is tested in real shells
jq                reads what --json prints
lintian           checks the package
man-db            shows the pages as a reader sees them
mandoc            checks the pages
openssh-client    signs checkpoints, and checks their signatures
podman            the other engine
postgresql        the server of shared histories
python3-dotenv    reads variables as CI services do
python3-html5lib  parses reports as the HTML standard does
python3-jsonschema  checks what --json prints against the schemas
python3-pexpect   presses TAB in real shells
shellcheck        checks the scripts
skopeo            pushes and pulls with the credential helper
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

completions: build-tests
	ENCLAVIA_REGENERATE=1 swift test -c release --skip-build --filter GeneratedFilesTests
	$(SWIFT_BUILD)

screens: build-tests
	ENCLAVIA_REGENERATE=1 swift test -c release --skip-build --filter ScreenTests

PREFIX := /usr/local
DESTDIR :=

# Only bash expands the ~ in `PREFIX=~/.local`; other shells pass it to make, as does bash in quotes.
define EXPAND_HOME
override $(1) := $(if $(filter ~,$($(1))),$(HOME),$(subst /~/,$(HOME)/,/$($(1))))
endef
$(foreach name,PREFIX DESTDIR,$(if $(and $(HOME),$(filter ~ ~/%,$(firstword $($(name))))),\
	$(eval $(call EXPAND_HOME,$(name)))))
$(if $(filter ~%,$(firstword $(DESTDIR))),$(error DESTDIR must be a path, not '$(DESTDIR)'))
$(if $(filter-out /%,$(firstword $(PREFIX))),$(error PREFIX must be an absolute path, not '$(PREFIX)'))

# As the shells spell their directories: without a slash at the end.
override PREFIX := $(subst |end|,,$(subst /|end|,,$(subst //,/,$(subst //,/,$(PREFIX)))|end|))

BINDIR := $(PREFIX)/bin
LIBEXECDIR := $(PREFIX)/libexec/enclavia
BASHDIR := $(PREFIX)/share/bash-completion/completions
ZSHDIR := $(PREFIX)/share/zsh/site-functions
# Without XDG_DATA_DIRS, as in most logins by ssh, a fish below /usr does not look below /usr/local/share.
FISH_VENDOR_DIR := $(PREFIX)/share/fish/vendor_completions.d
ifeq ($(PREFIX),/usr/local)
FISHDIR := /etc/fish/completions
else
FISHDIR := $(FISH_VENDOR_DIR)
endif
# carapace looks in directories of each user's own only: enclavia-completion(1) says how to link the file.
CARAPACEDIR := $(PREFIX)/share/enclavia/carapace
MANDIR := $(PREFIX)/share/man
INSTALL := install

# If a user has built the program, root installs it if it is up to date, and does not build: after a build
# by root, the user could no longer build in this folder.
BUILDER = $(shell stat --dereference --format=%U $(BUILD)/enclavia 2>/dev/null)
BUILT_BY_USER = $(and $(filter 0,$(shell id -u)),$(filter-out root,$(BUILDER)))

install: $(if $(BUILT_BY_USER),up-to-date,build)
	$(MAKE) --no-print-directory install-files
	@test -n "$(DESTDIR)" || completions/load-lines.sh "$(BASHDIR)" "$(ZSHDIR)" "$(FISHDIR)"

.PHONY: up-to-date install-files
up-to-date:
	@made=$(BUILT); test -e $$made || made=$(BUILD)/enclavia; \
	newer=$$(find Package.swift Sources -newer $$made -print -quit) && test -z "$$newer" || { \
		echo "$$newer is newer than the program: run make as $(BUILDER), then make install" >&2; \
		exit 1; }

install-files:
	$(INSTALL) -D -s -m 755 $(BUILD)/enclavia "$(DESTDIR)$(BINDIR)/enclavia"
	ln -sf enclavia "$(DESTDIR)$(BINDIR)/$(HELPER)"
	$(INSTALL) -D -s -m 755 $(BUILD)/enclavia-complete "$(DESTDIR)$(LIBEXECDIR)/enclavia-complete"
	$(INSTALL) -D -m 644 completions/enclavia.bash "$(DESTDIR)$(BASHDIR)/enclavia"
	$(INSTALL) -D -m 644 completions/_enclavia "$(DESTDIR)$(ZSHDIR)/_enclavia"
	$(INSTALL) -D -m 644 completions/enclavia.fish "$(DESTDIR)$(FISHDIR)/enclavia.fish"
	$(INSTALL) -D -m 644 completions/enclavia.yaml "$(DESTDIR)$(CARAPACEDIR)/enclavia.yaml"
	$(INSTALL) -d "$(DESTDIR)$(MANDIR)/man1" "$(DESTDIR)$(MANDIR)/man5"
	$(INSTALL) -m 644 man/*.1 "$(DESTDIR)$(MANDIR)/man1"
	$(INSTALL) -m 644 man/*.5 "$(DESTDIR)$(MANDIR)/man5"

# Versions before this put fish's script into FISH_VENDOR_DIR always.
uninstall:
	rm -f "$(DESTDIR)$(BINDIR)/enclavia" "$(DESTDIR)$(BINDIR)/$(HELPER)" \
		"$(DESTDIR)$(LIBEXECDIR)/enclavia-complete" \
		"$(DESTDIR)$(BASHDIR)/enclavia" "$(DESTDIR)$(ZSHDIR)/_enclavia" \
		"$(DESTDIR)$(FISHDIR)/enclavia.fish" "$(DESTDIR)$(FISH_VENDOR_DIR)/enclavia.fish" \
		"$(DESTDIR)$(CARAPACEDIR)/enclavia.yaml"
	for folder in "$(DESTDIR)$(LIBEXECDIR)" "$(DESTDIR)$(CARAPACEDIR)" \
		"$(DESTDIR)$(PREFIX)/share/enclavia"; do \
		if test -d "$$folder"; then rmdir --ignore-fail-on-non-empty "$$folder"; fi; done
	rm -f $(patsubst man/%,"$(DESTDIR)$(MANDIR)/man1/%",$(wildcard man/*.1)) \
		$(patsubst man/%,"$(DESTDIR)$(MANDIR)/man5/%",$(wildcard man/*.5))

DEB := .build/deb
DEB_ROOT := $(DEB)/root
DEB_DOC := $(DEB_ROOT)/usr/share/doc/enclavia
DEB_LINTIAN := $(DEB_ROOT)/usr/share/lintian/overrides
VERSION := $(shell sed -n 's/.*ENCLAVIA_VERSION "\(.*\)"/\1/p' Sources/CVersion/CVersion.h)
ARCH = $(shell dpkg --print-architecture)

define DEB_CONTROL
Package: enclavia
Version: $(VERSION)
Architecture: $(ARCH)
Maintainer: Enclavia CLI maintainers <enclavia-cli@example.org>
Section: admin
Priority: optional
Depends: $$(DEPENDS)
Recommends: docker.io | docker-ce | docker-ce-cli | podman
Suggests: bash-completion, openssh-client, postgresql-client, sqlite3
Description: push container images to Enclavia, and keep a record of every push
 Enclavia runs a container image inside an attested enclave. This program
 pushes images into the user's private registry namespace, tells the backend,
 and keeps a durable, queryable, verifiable record of every push on the
 machine that made it.
endef

define DEB_COPYRIGHT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: enclavia
Comment: The program holds, linked statically, the Swift runtime, Swift packages
 of Apple Inc. and others, and BoringSSL.

Files: *
Copyright: 2026 the enclavia authors
License: Apache-2.0

License: Apache-2.0
 On Debian systems, the full text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
endef

define DEB_CHANGELOG
enclavia ($(VERSION)) unstable; urgency=medium

  * Push, and keep a verifiable record of every push.

 -- Enclavia CLI maintainers <enclavia-cli@example.org>  $(DEB_DATE)
endef

define DEB_OVERRIDES
# swift-nio-extras, with which async-http-client decompresses, holds a copy of its own, under other
# names, and has no way to be built with the system's.
enclavia: embedded-library zlib [usr/bin/enclavia]
endef

DEB_DATE = $(shell git log -1 --format=%aD 2>/dev/null || date -R)
export DEB_CONTROL DEB_COPYRIGHT DEB_CHANGELOG DEB_OVERRIDES

deb: build
	rm -rf $(DEB)
	$(MAKE) install-files PREFIX=/usr DESTDIR="$(abspath $(DEB_ROOT))" \
		ZSHDIR=/usr/share/zsh/vendor-completions
	gzip -9n $(DEB_ROOT)/usr/share/man/man1/*.1 $(DEB_ROOT)/usr/share/man/man5/*.5
	$(INSTALL) -d $(DEB_DOC) $(DEB_LINTIAN) $(DEB_ROOT)/DEBIAN $(DEB)/debian
	printf '%s\n' "$$DEB_COPYRIGHT" >$(DEB_DOC)/copyright
	printf '%s\n' "$$DEB_CHANGELOG" | gzip -9n >$(DEB_DOC)/changelog.gz
	printf '%s\n' "$$DEB_OVERRIDES" >$(DEB_LINTIAN)/enclavia
	touch $(DEB)/debian/control
	cd $(DEB) && dpkg-shlibdeps -Tsubstvars root/usr/bin/enclavia \
		root/usr/libexec/enclavia/enclavia-complete
	depends=$$(sed -n 's/^shlibs:Depends=//p' $(DEB)/substvars) && test -n "$$depends" && \
		printf '%s\n' "$$DEB_CONTROL" | sed "s/\$$(DEPENDS)/$$depends/" >$(DEB_ROOT)/DEBIAN/control
	cd $(DEB_ROOT) && find usr -type f -exec md5sum {} + >DEBIAN/md5sums
	chmod -R u=rwX,go=rX $(DEB_ROOT)
	dpkg-deb --root-owner-group --build $(DEB_ROOT) $(DEB)/enclavia_$(VERSION)_$(ARCH).deb
