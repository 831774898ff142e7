#!/usr/bin/env bash
# Sourced after log.sh by those who use it.

ensure_dir() {
    [ -d "$1" ] || mkdir -p "$1" || die "cannot make $1"
}

backup() {
    local file="$1"
    ensure_dir backups
    cp "$file" "backups/$(name_of "$file")"
}

name_of() {
    basename "$1"
}
