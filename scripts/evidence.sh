#!/bin/bash
# evidence.sh: writes down what this Mac shows to metal-guard, redacted, in one text file.
#
#   bash scripts/evidence.sh [--out FILE] [--metal] [--list]
#
#   --out FILE   where to write (default: metal-guard-evidence.txt here); a file that exists is kept, and nothing is done
#   --metal      also asks Metal, which wakes the GPU driver; not while the panic gate holds
#   --list       says what would be run, and runs nothing
#
# It needs no root, writes that one file and sends nothing anywhere. Read the file before you give it to anybody.
# Left out or masked: your name, home, host names, serial number, UUIDs, addresses, keys and tokens, names of programs
# other than WindowServer and Python, the bodies of reports, breadcrumbs, command lines and every variable but ours.
#
# Ends with 0 when the file is written, 1 when something private was still in it (then there is no file), 64 on a usage
# error, 73 when the file cannot be made.
#
# Written for bash 3.2, the one that macOS has. scripts/read_evidence.ts reads the file.

set -u
umask 077
export LC_ALL=C

# The system's own programs; a test puts others before them.
PATH="${METALGUARD_EVIDENCE_PATH:+$METALGUARD_EVIDENCE_PATH:}/usr/bin:/bin:/usr/sbin:/sbin"
export PATH

readonly FORMAT=1
readonly SECONDS_EACH=20
readonly BYTES_EACH=524288
readonly LINE_CHARS=2000
readonly DRIVER=com.apple.iokit.IOGPUFamily

out=metal-guard-evidence.txt
with_metal=''
only_list=''
work=''
home="${HOME:-}"
guard="${METALGUARD_BIN:-}"

say() {
  printf 'evidence: %s\n' "$1" >&2
}

usage() {
  sed -n '2,9p' "$0" | sed 's/^# \{0,1\}//' >&2
}

cleanup() {
  [ -n "$work" ] && rm -rf "$work"
}

# Runs a command with a time limit; its output goes to $work/out, its errors to $work/err. Answers its exit code.
limited() {
  local pid nap=0.02 end=$((SECONDS + SECONDS_EACH))
  "$@" >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  # Looked at, not watched by a second process: one that is ended while it starts would run our traps.
  while kill -0 "$pid" 2>/dev/null; do
    if [ "$SECONDS" -gt "$end" ]; then
      kill -KILL "$pid" 2>/dev/null
      break
    fi
    sleep "$nap"
    [ "$SECONDS" -lt $((end - SECONDS_EACH + 2)) ] || nap=0.2
  done
  wait "$pid" 2>/dev/null
}

# One secret a line, the longest first, so that a short one does not cut a long one.
find_secrets() {
  {
    printf '%s\n' "$home"
    id -un
    id -F
    hostname
    hostname -s
    scutil --get ComputerName
    scutil --get LocalHostName
    scutil --get HostName
    ioreg -r -d 1 -c IOPlatformExpertDevice |
      sed -n -e 's/.*"IOPlatformSerialNumber" = "\([^"]*\)".*/\1/p' \
        -e 's/.*"IOPlatformUUID" = "\([^"]*\)".*/\1/p'
  } 2>/dev/null </dev/null | awk '
    # Words that stand in every answer of a Mac say nothing about anybody, and masking them would spoil the answers.
    length($0) < 3 { next }
    tolower($0) ~ /^(apple|root|admin|user|users|mac|macbook|localhost|metal|metal-guard|python|the|home)$/ { next }
    !seen[$0]++ { print length($0) "\t" $0 }
  ' | sort -rn | cut -f 2-
}

# Masks what is private in standard input, and cuts lines at so many characters. A secret counts as a word of its own.
redact() {
  awk -v secrets="$work/secrets" -v width="$1" '
    BEGIN {
      while ((getline line < secrets) > 0) secret[++count] = tolower(line)
      h = "[0-9A-Fa-f]"
      h4 = h h h h
      uuid = h4 h4 "-" h4 "-" h4 "-" h4 "-" h4 h4 h4
      mac = h h ":" h h ":" h h ":" h h ":" h h ":" h h
    }
    function is_word(c) { return c ~ /[A-Za-z0-9]/ }
    # Keys and tokens by how they begin, and long enough not to be the end of a word.
    function mask_tokens(text,   done, before) {
      done = ""
      while (match(tolower(text), /(hf|sk|gh[a-z]|glpat|xox[a-z])[_-][a-z0-9_-]+/)) {
        before = RSTART > 1 ? substr(text, RSTART - 1, 1) : ""
        done = done substr(text, 1, RSTART - 1) (RLENGTH >= 12 && !is_word(before) ? "[private]" : substr(text, RSTART, RLENGTH))
        text = substr(text, RSTART + RLENGTH)
      }
      return done text
    }
    # The value of a JSON key that names a program, where it is not one of the two that matter.
    function mask_name(text, key,   done, value) {
      done = ""
      while (match(text, "\"" key "\" *: *\"[^\"]*\"")) {
        value = substr(text, RSTART, RLENGTH)
        if (value !~ /"(WindowServer|[Pp]ython[0-9.]*|Apple [A-Za-z0-9 ]*)"$/) sub(/"[^"]*"$/, "\"program\"", value)
        done = done substr(text, 1, RSTART - 1) value
        text = substr(text, RSTART + RLENGTH)
      }
      return done text
    }
    function mask(text, what,   low, done, at, after) {
      low = tolower(text)
      done = ""
      while ((at = index(low, what)) > 0) {
        after = substr(text, at + length(what), 1)
        if ((at > 1 && is_word(substr(text, at - 1, 1))) || is_word(after)) {
          done = done substr(text, 1, at)
          text = substr(text, at + 1)
          low = substr(low, at + 1)
          continue
        }
        done = done substr(text, 1, at - 1) "[private]"
        text = substr(text, at + length(what))
        low = substr(low, at + length(what))
      }
      return done text
    }
    {
      gsub(/[[:cntrl:]]/, " ")
      $0 = substr($0, 1, width)
      # What a property list holds as bytes could be anything.
      if (in_data) { if ($0 ~ /<\/data>/) { in_data = 0; sub(/^.*<\/data>/, "") } else next }
      gsub(/<data>[^<]*<\/data>/, "<data/>")
      if ($0 ~ /<data>/) { in_data = 1; sub(/<data>.*$/, "<data/>") }
      # Whose program it is: the two that matter here are named, all others are one.
      if (match($0, /<string>pid [0-9]+, [^<]*<\/string>/)) {
        creator = substr($0, RSTART, RLENGTH)
        if (creator !~ /, (WindowServer|[Pp]ython[0-9.]*)<\/string>$/) sub(/, [^<]*<\/string>/, ", program</string>")
      }
      gsub(uuid, "[uuid]")
      gsub(mac, "[address]")
      gsub(/[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z.]+/, "[mail]")
      gsub(/:\/\/[^\/@ ]*@/, "://[private]@")
      gsub(/[Bb]earer +[A-Za-z0-9._~+\/=-]+/, "Bearer [private]")
      $0 = mask_tokens($0)
      $0 = mask_name(mask_name($0, "name"), "process")
      # Names of crash reports begin with the name of a program.
      if ($0 !~ /(panic|JetsamEvent)-[^\/"]*\.ips/) gsub(/\/[^\/"]*\.ips/, "/program.ips")
      gsub(/\/Users\/[^\/ "<,:]+/, "/Users/[private]")
      gsub(/\/Volumes\/[^\/ "<,:]+/, "/Volumes/[private]")
      for (i = 1; i <= count; i++) $0 = mask($0, secret[i])
      print
    }
  '
}

# Appends one section: its name, the command line as it is shown, and what it printed. Each line of an answer begins
# with "| ", so that none can look like the end of its section.
section() {
  local name="$1" shown="$2" code bytes
  shift 2
  if [ -n "$only_list" ]; then
    printf '%-14s %s\n' "$name" "$shown"
    return
  fi
  limited "$@"
  code=$?
  bytes=$(wc -c <"$work/out" | tr -d ' ')
  {
    printf '== begin %s exit=%s bytes=%s\n' "$name" "$code" "$bytes"
    printf '$ %s\n' "$shown"
    head -c "$BYTES_EACH" "$work/out" | redact "$LINE_CHARS" | sed 's/^/| /'
    if [ -s "$work/err" ]; then
      head -c 2000 "$work/err" | redact "$LINE_CHARS" | sed 's/^/! /'
    fi
    printf '== end %s\n' "$name"
  } >>"$work/evidence"
}

# How many reports of each kind there are, and whether they can be read: no name, no content.
list_reports() {
  local folder file kind readable
  for folder in /Library/Logs/DiagnosticReports /Library/Logs/DiagnosticReports/Retired \
    "$home/Library/Logs/DiagnosticReports" "$home/Library/Logs/DiagnosticReports/Retired" /var/db/PanicReporter; do
    if [ ! -d "$folder" ]; then
      printf '%s absent\n' "$folder"
    elif ! ls "$folder" >/dev/null 2>&1; then
      printf '%s cannot be listed\n' "$folder"
    else
      printf '%s %s\n' "$folder" "$(stat -f %Sp "$folder" 2>/dev/null || stat -c %A "$folder")"
      for file in "$folder"/* "$folder"/.*; do
        [ -f "$file" ] || continue
        kind=other
        case "${file##*/}" in
          .*.panic) kind='hidden .panic' ;;
          panic-*.ips) kind='panic-*.ips' ;;
          JetsamEvent-*.ips) kind='JetsamEvent-*.ips' ;;
          *.panic) kind='*.panic' ;;
          *.gpuRestart) kind='*.gpuRestart' ;;
          *.ips) kind='*.ips' ;;
        esac
        readable=readable
        [ -r "$file" ] || readable=closed
        printf '  %s %s\n' "$kind" "$readable"
      done | sort | uniq -c
    fi
  done
}

# Of the newest three kernel panics the lines that say what failed; of the rest of a report nothing.
list_panics() {
  local file
  find /Library/Logs/DiagnosticReports -maxdepth 2 -type f \( -name '*.panic' -o -name 'panic-*.ips' \) \
    ! -name '.*' -print 2>/dev/null | sort -t - -k 3 | tail -n 3 | while IFS= read -r file; do
    printf 'report of %s bytes\n' "$(wc -c <"$file" | tr -d ' ')"
    head -c 524288 "$file" | awk '{ gsub(/\\n/, "\n"); print }' |
      grep -a -o -E 'panic\(cpu [0-9]+ caller [^)]*\): .{0,300}|"(bug_type|os_version)" *: *"[^"]*"|com\.apple\.(iokit\.IOGPUFamily|AGX[A-Za-z0-9]*)\([0-9.]+\)|^(OS version|Kernel version|Epoch Time|Panicked task)[^:]{0,40}' |
      head -n 40
  done
}

# What launchd's own reader says of the files that we would write.
lint_jobs() {
  local job
  for job in status gate; do
    printf '%s: ' "$job"
    "$guard" launchd print "$job" -- /usr/bin/true 2>/dev/null | plutil -lint -
  done
}

guard_status() {
  "$@"
  printf 'exit code %s\n' "$?"
}

look_at_library() {
  local file
  for file in "${METALGUARD_LIBRARY:-}" "${0%/*}/../dist/ffi/libmetalguard.dylib"; do
    [ -f "$file" ] || continue
    file "$file"
    lipo -info "$file"
    codesign --verify --verbose=2 "$file" 2>&1
    return
  done
  printf 'no dylib was built\n'
}

collect() {
  section system 'sw_vers; uname -m; bash --version' sh -c 'sw_vers; uname -mr; bash --version | head -n 1'
  section sysctl 'sysctl NAMES' sysctl machdep.cpu.brand_string hw.model hw.memsize kern.osproductversion \
    kern.osversion kern.memorystatus_vm_pressure_level iogpu.wired_limit_mb debug.iogpu.wired_limit \
    iogpu.rsrc_limit iogpu.dynamic_lwm vm.swapusage
  section boot 'sysctl -n kern.bootsessionuuid kern.boottime' sysctl -n kern.bootsessionuuid kern.boottime
  section accelerators 'ioreg -r -c IOAccelerator -d 1 -w 0 -a' ioreg -r -c IOAccelerator -d 1 -w 0 -a
  section clients 'ioreg -r -c AGXDeviceUserClient -l -w 0 -a' ioreg -r -c AGXDeviceUserClient -l -w 0 -a
  section vm_stat 'vm_stat' vm_stat
  section kextstat "kextstat -l -b $DRIVER" kextstat -l -b "$DRIVER"
  section ps 'ps -o pid=,ppid=,uid=,stat=,lstart= of this script' ps -o pid=,ppid=,uid=,stat=,lstart= -p "$$"
  section reports 'report folders: how many of each kind' list_reports
  section panics 'newest three kernel panics: the lines that name the failure' list_panics
  section library 'file, lipo and codesign of the dylib' look_at_library
  if [ -n "$guard" ]; then
    section version 'metal-guard --version' "$guard" --version
    section gate 'metal-guard panic-gate --json' guard_status "$guard" panic-gate --json
    section hardware 'metal-guard hardware --json' guard_status "$guard" hardware --json
    section doctor 'metal-guard doctor --json' guard_status "$guard" doctor --json
    section jobs 'metal-guard launchd print … | plutil -lint -' lint_jobs
    if [ -n "$with_metal" ]; then
      section metal 'metal-guard doctor --metal --json' guard_status "$guard" doctor --metal --json
    fi
  fi
}

while [ "$#" -gt 0 ]; do
  case "$1" in
    --out)
      [ "$#" -ge 2 ] || { usage; exit 64; }
      out="$2"
      shift
      ;;
    --metal) with_metal=1 ;;
    --list) only_list=1 ;;
    -h | --help) usage; exit 0 ;;
    *) say "unknown option $1"; usage; exit 64 ;;
  esac
  shift
done

if [ -z "$guard" ]; then
  # Where people have it: PATH here holds the system's folders only.
  guard="$(command -v metal-guard || true)"
  for folder in /opt/homebrew/bin /usr/local/bin "$home/.local/bin" "$home/bin"; do
    [ -z "$guard" ] && [ -x "$folder/metal-guard" ] && guard="$folder/metal-guard"
  done
fi

if [ -n "$only_list" ]; then
  collect
  exit 0
fi

if [ -e "$out" ]; then
  say "$out exists already: name another file with --out"
  exit 73
fi
work="$(mktemp -d "${TMPDIR:-/tmp}/metal-guard-evidence.XXXXXX")" || exit 73
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
find_secrets >"$work/secrets"

printf 'metal-guard evidence %s\nmade %s\n' "$FORMAT" "$(date -u +%Y-%m-%d)" >"$work/evidence"
collect
printf '== done\n' >>"$work/evidence"

# The mask is looked at from the other side: what it should have taken out must not be in the file.
redact $((LINE_CHARS + 100)) <"$work/evidence" >"$work/again"
if ! cmp -s "$work/evidence" "$work/again"; then
  say 'something private was left in the answers: nothing is written. Please report this, without the answers.'
  exit 1
fi
if ! (set -C && cat "$work/evidence" >"$out") 2>/dev/null; then
  say "cannot write $out"
  exit 73
fi
[ -n "$guard" ] || say 'metal-guard was not found: set METALGUARD_BIN to have its own answers in the file'
say "written: $out. Read it before you give it to anybody."
