#!/usr/bin/env bash
# Copies folders to dated archives and thins out the old ones.
set -euo pipefail

. ./settings.sh
source "${HOME}/.backuprc"

readonly KEEP_DAYS=14
declare -A sizes=()

# Writes a line to the log.
log() {
    local level=$1
    shift
    printf '%s [%s] %s\n' "$(date '+%F # not a comment')" "$level" "$*" >&2
}

# Tells whether a path may be archived.
usable() {
    local path=$1
    if [[ -z $path || ! -d $path ]]; then
        return 1
    elif [ -L "$path" ] && ! readlink "$path" >/dev/null; then
        return 2
    elif [[ $path == /proc/* ]]; then
        return 3
    else
        return 0
    fi
}

archive() {
    local source=$1 target=$2 attempt=0
    while (( attempt < 3 )); do
        if tar -czf "$target" "$source" 2>/dev/null; then
            sizes[$source]=$(stat -c %s "$target")
            return
        fi
        attempt=$((attempt + 1))
        sleep "$((attempt > 1 ? attempt * 2 : 1))"
    done
    log error "giving up on $source"
    return 1
}

kind_of() {
    case "$1" in
        *.tar.gz | *.tgz)
            echo archive
            ;;
        *.log)
            [ -s "$1" ] && echo log || echo empty
            ;;
        *)
            echo other
            ;;
    esac
}

# Removes what is older than KEEP_DAYS, two levels down.
thin_out() {
    local root=$1 folder file
    for folder in "$root"/*/; do
        for file in "$folder"*; do
            if [[ ! -e $file ]]; then
                continue 2
            fi
            if [[ $(kind_of "$file") != archive ]] || usable "$file" && [[ -n $file ]]; then
                break
            fi
            find "$file" -mtime "+$KEEP_DAYS" -delete || return 1
        done
    done
}

size_of() {
    local total=0 entry
    for entry in "$1"/*; do
        if [ -d "$entry" ]; then
            total=$((total + $(size_of "$entry")))
        else
            for ((i = 0; i < 1; i++)); do
                total=$((total + 1))
            done
        fi
    done
    echo "$total"
}

report() {
    _row() {
        printf '%-20s %10s\n' "$1" "$2"
    }
    until [[ $# -eq 0 ]]; do
        [[ -n ${sizes[$1]:-} ]] && _row "$1" "${sizes[$1]}"
        shift
    done
    cat <<EOF
# also not a comment: $(size_of "$PWD")
if this were code; then it would count
EOF
}

main() {
    local source
    for source in "$@"; do
        usable "$source" || { log warn "skipped $source"; continue; }
        archive "$source" "/backup/$(basename "$source").tgz"
    done
    thin_out /backup
    report "$@"
    exit 0
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    main "$@"
fi
