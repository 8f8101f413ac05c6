#!/bin/sh
# Install what is missing, and nothing that is there; once all is there, no network is needed.
#
#   ./setup.sh           both of these
#   ./setup.sh system    through apt: PostgreSQL 15 or later with pg_partman, where they are to be
#                        had pg_cron and plpgsql_check, and Python 3.11 or later with venv, make
#   ./setup.sh python    .venv with the project and its development tools
set -eu

versions="18 17 16 15"
pythons="python3.13 python3.12 python3.11 python3"
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$root"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "Error: $1"
    shift
    for line in "$@"; do say "$line"; done
    exit 1
}

# Run a command quietly; show what it said only when it fails.
quietly() {
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
    else
        tail -n 15 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# -- what is there ----------------------------------------------------------------------------

# Print the folder of the server's programs and that of its extensions, if it is installed.
server() {
    for place in "/usr/lib/postgresql/$1/bin /usr/share/postgresql/$1/extension" \
        "/usr/pgsql-$1/bin /usr/pgsql-$1/share/extension"; do
        if [ -x "${place% *}/initdb" ]; then
            printf '%s\n' "$place"
            return 0
        fi
    done
    return 1
}

has_extension() {
    place=$(server "$1") && [ -e "${place#* }/$2.control" ]
}

# Whether there is a server that the toolkit can use; sets version to the newest one.
find_server() {
    for version in $versions; do
        if has_extension "$version" pg_partman; then return 0; fi
    done
    # A server of the user's own making counts as well.
    folder="${MDT_PG_BIN:-$(pg_config --bindir 2>/dev/null || true)}"
    version=
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_config" ] &&
        [ -e "$("$folder/pg_config" --sharedir)/extension/pg_partman.control" ]
}

# Whether there is a Python that can make an environment; sets python to the first one.
find_python() {
    for python in $pythons; do
        if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
            >/dev/null 2>&1; then return 0; fi
    done
    python=
    return 1
}

can_install() {
    apt-cache policy "$1" 2>/dev/null | grep -q '^  Candidate: [^(]'
}

# -- the system's packages --------------------------------------------------------------------

# Add to packages what has to be installed for a server; fails when apt does not have it.
choose_server_packages() {
    if find_server; then return 0; fi
    for version in $versions; do
        if server "$version" >/dev/null && can_install "postgresql-$version-partman"; then
            packages="$packages postgresql-$version-partman"
            return 0
        fi
    done
    for version in $versions; do
        if can_install "postgresql-$version" && can_install "postgresql-$version-partman"; then
            packages="$packages postgresql-$version postgresql-$version-partman"
            return 0
        fi
    done
    return 1
}

choose_python_packages() {
    if find_python; then return 0; fi
    for name in $pythons; do
        # The distribution's python3 may be too old; a numbered one never is.
        if [ "$name" = python3 ] || ! can_install "$name-venv"; then continue; fi
        packages="$packages $name-venv"
        return 0
    done
    return 1
}

# Add to packages what is nice to have and known to apt.
choose_optional_packages() {
    if [ -z "$version" ]; then return 0; fi
    for pair in pg_cron:cron plpgsql_check:plpgsql-check; do
        if ! has_extension "$version" "${pair%:*}" &&
            can_install "postgresql-$version-${pair#*:}"; then
            packages="$packages postgresql-$version-${pair#*:}"
        fi
    done
}

install_packages() {
    # A first server package would make and start a cluster of its own, which nobody needs here.
    conf=/etc/postgresql-common/createcluster.d/mdt-setup.conf
    is_first=true
    for found in /usr/lib/postgresql/*/bin/initdb; do
        if [ -e "$found" ]; then is_first=false; fi
    done
    if $is_first; then
        as_root mkdir -p "${conf%/*}"
        printf 'create_main_cluster = false\n' | as_root tee "$conf" >/dev/null
    fi
    status=0
    # shellcheck disable=SC2086 # one word a package
    quietly as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends $1 || status=1
    if $is_first; then as_root rm -f "$conf"; fi
    return $status
}

by_hand="Install by hand PostgreSQL 15 or later with pg_partman, Python 3.11 or later with venv, make"

# Older releases have no server that is new enough, but a script that adds the newer ones.
choose_newer_server_packages() {
    list=/etc/apt/sources.list.d/pgdg
    if [ -e $list.list ] || [ -e $list.sources ]; then return 1; fi
    say "This release has no PostgreSQL 15 with pg_partman; adding the PostgreSQL project's own."
    install_packages "postgresql-common gnupg ca-certificates" || return 1
    for script in /usr/share/postgresql-common/pgdg/*.sh; do
        if quietly as_root "$script" -y </dev/null && choose_server_packages; then return 0; fi
        as_root rm -f $list.list $list.sources
    done
    return 1
}

system() {
    packages=
    is_missing=false
    find_server || is_missing=true
    find_python || is_missing=true
    command -v make >/dev/null || is_missing=true
    if ! command -v apt-get >/dev/null; then
        if $is_missing; then
            fail "apt is not on this machine" "$by_hand, then run this again."
        fi
        return 0
    fi
    if ! $is_missing; then
        choose_optional_packages
        if [ -z "$packages" ]; then return 0; fi
        if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
            say "Installing$packages ..."
            install_packages "$packages" || say "Going on without: they are optional."
        else
            say "Optional, and not installed: sudo apt-get install$packages"
        fi
        return 0
    fi

    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        fail "software is missing, and only root can install it" \
            "$by_hand, or run './setup.sh system' as root."
    fi
    say "Asking apt what there is ..."
    update='apt-get update -qq -o APT::Update::Error-Mode=any'
    # shellcheck disable=SC2086 # a command of several words
    if ! quietly as_root $update; then
        say "apt cannot be brought up to date (its last words are above); using what it knows."
        if ! choose_server_packages || ! choose_python_packages; then
            fail "software is missing, and apt knows of none" "$by_hand, or mend apt's network."
        fi
        packages=
    fi
    if ! choose_server_packages && ! choose_newer_server_packages; then
        fail "apt has no PostgreSQL 15 to 18 with pg_partman for this release" \
            "Add the PostgreSQL project's apt repository, then run this again."
    fi
    choose_python_packages ||
        fail "apt has no Python 3.11 or later for this release" \
            "Install one by hand (python3.11 or later, with venv), then run this again."
    command -v make >/dev/null || packages="$packages make"
    choose_optional_packages
    say "Installing$packages ..."
    install_packages "$packages" ||
        fail "apt could not install what is missing (its last words are above)" \
            "Once the network is there: apt-get update && apt-get install$packages"
    find_server || fail "PostgreSQL was installed, but pg_partman is not where it should be" \
        "Name the folder of the server's programs with MDT_PG_BIN."
}

# -- the Python environment -------------------------------------------------------------------

python_environment() {
    # What the environment was made from: it is made anew when any of this changes.
    wanted="$(cksum <pyproject.toml) $root"
    if [ "$(cat .venv/setup-stamp 2>/dev/null)" = "$wanted" ] &&
        .venv/bin/python -c 'import psycopg, pytest' 2>/dev/null; then return 0; fi
    find_python || fail "no Python 3.11 or later with venv was found" \
        "Run './setup.sh system', or put one into PATH."
    if ! [ -w . ]; then
        fail "cannot write to $root" "Run this as the owner of the folder, or copy it."
    fi
    say "Installing the Python packages into .venv ..."
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1 ||
        ! [ "$(cut -d' ' -f3- .venv/setup-stamp 2>/dev/null)" = "$root" ]; then
        quietly "$python" -m venv --clear .venv ||
            fail "cannot make .venv with $python (its last words are above)"
    fi
    rm -f .venv/setup-stamp
    quietly .venv/bin/python -m pip install -q --disable-pip-version-check -e '.[dev]' ||
        fail "pip could not install the Python packages (its last words are above)" \
            "The first time it needs the network; run this again."
    printf '%s\n' "$wanted" >.venv/setup-stamp
}

# One at a time: two would write to the same .venv.
if command -v flock >/dev/null; then
    exec 9<"$root/setup.sh"
    flock 9
fi
case "${1:-all}" in
all)
    system
    python_environment
    ;;
system) system ;;
python) python_environment ;;
*)
    say "usage: ./setup.sh [system|python]"
    exit 2
    ;;
esac
