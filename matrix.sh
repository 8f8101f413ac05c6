#!/usr/bin/env bash
# Run a command on the PostgreSQL of another Debian release, in a root of its own.
#
#   ./matrix.sh RELEASE [COMMAND...]     e.g. ./matrix.sh trixie make test
#
# Needs root and debootstrap. The root is made once, below MDT_MATRIX_HOME (/var/tmp/mdt-matrix);
# what is tested is a copy of the present tree, set up by the same setup.sh as everywhere.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "Error: $1"
    shift
    for line in "$@"; do say "$line"; done
    exit 1
}

[ $# -ge 1 ] || fail "which release?" "Say ./matrix.sh trixie [COMMAND...]"
release=$1
shift
[ $# -ge 1 ] || set -- make test
[ "$(id -u)" = 0 ] || fail "another Debian release can only be set up by root" \
    "Run it with sudo, or run the tests on a machine with that PostgreSQL."

source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${MDT_MATRIX_HOME:-/var/tmp/mdt-matrix}
root=$home/$release

install_base() {
    command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null ||
        fail "debootstrap is missing" "Install it with 'apt-get install debootstrap'."
    say "setting up Debian $release in $root"
    mkdir -p "$home"
    rm -rf "$root.new"
    debootstrap --variant=minbase "$release" "$root.new" >"$home/$release.log" 2>&1 ||
        fail "debootstrap failed; the end of its log:" "$(tail -n 5 "$home/$release.log")"
    mv "$root.new" "$root"
}

# How this machine reaches its package servers holds for the root as well.
take_over_network() {
    cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
    cp /etc/apt/apt.conf.d/9* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
    if [ -f /etc/pip.conf ]; then cp /etc/pip.conf "$root/etc/"; fi
    # Not to where it was: the package ca-certificates would write over it.
    if [ -n "${PIP_CERT:-}" ]; then
        cp -L "$PIP_CERT" "$root/etc/this-machine.crt"
        export PIP_CERT=/etc/this-machine.crt
    fi
}

copy_tree() {
    mkdir -p "$root/src/main"
    find "$root/src/main" -mindepth 1 -maxdepth 1 ! -name .venv ! -name .pytest_cache \
        -exec rm -rf {} +
    git -C "$source" ls-files -z -co --exclude-standard |
        tar -C "$source" --null --ignore-failed-read -T - -cf - | tar -C "$root/src/main" -xf -
}

[ -d "$root" ] || install_base
take_over_network
copy_tree
say "Debian $release: $*"
# Mounts in a namespace of their own go with the command, however it ends.
export MATRIX_SHARED=$source/../shared
exec unshare --mount --propagation private sh -ec '
    root=$1; shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/dev/shm"
    if [ -d "$MATRIX_SHARED" ]; then
        mkdir -p "$root/src/shared"; mount --bind -o ro "$MATRIX_SHARED" "$root/src/shared"
    fi
    exec chroot "$root" sh -ec "cd /src/main; exec \"\$@\"" sh sh -ec "
        command -v make >/dev/null || { apt-get update -qq; apt-get install -y -qq make >/dev/null 2>&1; }
        exec \"\$@\"" sh "$@"
' sh "$root" "$@"
