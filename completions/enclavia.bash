# shellcheck shell=bash
# Completion of enclavia(1) for bash, with or without the bash-completion package; tested with bash 5.2.
#
# The candidates come from enclavia-complete, a small program that is installed with enclavia, or,
# where that is missing or says nothing, from `enclavia __complete`. Both speak Cobra's protocol.
# Neither what was typed nor what was answered is ever evaluated. The line is read anew here, since bash breaks it
# at the characters of COMP_WORDBREAKS, among which ":" and "=" may or may not be.

# Moves i from the beginning of a substitution in line to its end, past what is nested in it.
__enclavia_skip() {
    local open='' char
    for ((; i < ${#line}; i++)); do
        char=${line:i:1}
        case ${open: -1}$char in
            "''" | '""' | '``' | '()' | '{}')
                open=${open%?}
                if [[ -z $open ]]; then return; fi
                ;;
            \'?) ;;
            *\\) i=$((i + 1)) ;;
            \`?) ;;
            *[\"\`] | '(('| [\(\{]\') open+=$char ;;
            *[\(\{]) if [[ -z $open || ${line:i-1:1} == \$ ]]; then open+=$char; fi ;;
        esac
    done
}

# Reads a line up to the cursor. Sets
#   words   its words, unquoted, without redirections; the last one ends at the cursor
#   raw     the last one as it was typed
#   quote   the quotation mark that is still open in it
#   target  1 where it is what to redirect to
__enclavia_read() {
    local line=$1 char='' pair='' word='' begun=0 ansi=0 start i
    words=() raw='' quote='' target=0
    for ((i = 0; i < ${#line}; i++)); do
        char=${line:i:1} pair=${line:i:2}
        if [[ $quote == "'" ]]; then
            raw+=$char
            if [[ $char == "'" ]]; then
                quote='' ansi=0
            elif ((ansi)) && [[ $char == \\ ]]; then
                # Other escapes are kept as they were typed.
                i=$((i + 1))
                raw+=${line:i:1}
                if [[ ${line:i:1} != [\\\'\"] ]]; then word+=$char; fi
                word+=${line:i:1}
            else
                word+=$char
            fi
        elif [[ $char == \\ ]]; then
            i=$((i + 1))
            begun=1
            raw+=$char${line:i:1}
            if [[ $quote == '"' && ${line:i:1} != [\\\"\$\`] ]]; then word+=$char; fi
            word+=${line:i:1}
        elif [[ $char == \` || $pair == \$[\(\{] || -z $quote && $pair == [\<\>]\( ]]; then
            # What a substitution gives is not known: it is kept as it was typed.
            begun=1
            start=$i
            __enclavia_skip
            raw+=${line:start:i-start+1}
            word+=${line:start:i-start+1}
        elif [[ $quote == '"' ]]; then
            raw+=$char
            if [[ $char == '"' ]]; then quote=''; else word+=$char; fi
        elif [[ $pair == \$[\"\'] ]]; then
            # $'text' has escapes; $"text" is translated, and read like "text".
            i=$((i + 1))
            begun=1
            raw+=$pair
            quote=${line:i:1}
            if [[ $quote == "'" ]]; then ansi=1; fi
        elif [[ $char == [\"\'] ]]; then
            begun=1
            raw+=$char
            quote=$char
        elif [[ $char == [[:space:]] ]]; then
            if ((begun)); then
                if ((!target)); then words+=("$word"); fi
                target=0
            fi
            word='' raw='' begun=0
        elif [[ $char == [\<\>] ]]; then
            # The number of a file descriptor before it, or {name} for a new one, is part of the redirection.
            if ((begun && !target)) &&
                [[ $raw == *[!0-9\&]* && $raw != \{[A-Za-z_]*([A-Za-z0-9_])\} ]]; then
                words+=("$word")
            fi
            while [[ ${line:i+1:1} == [\<\>\&\|] ]]; do i=$((i + 1)); done
            word='' raw='' begun=0 target=1
        else
            begun=1
            raw+=$char
            word+=$char
        fi
    done
    words+=("$word")
}

# Sets reply to $1 without its quotation marks and backslashes.
__enclavia_unquote() {
    local raw quote target
    local -a words
    __enclavia_read "$1"
    reply=${words[0]}
}

# Sets mark to the quotation mark that readline takes to be open at the end of $1: it does not know $'text'.
__enclavia_find_mark() {
    local line=$1 char i
    mark=''
    for ((i = 0; i < ${#line}; i++)); do
        char=${line:i:1}
        if [[ $char == \\ && $mark != "'" ]]; then
            i=$((i + 1))
        elif [[ -n $mark ]]; then
            if [[ $char == "$mark" ]]; then mark=''; fi
        elif [[ $char == [\"\'] ]]; then
            mark=$char
        fi
    done
}

# Sets reply to $1 as it must be written where the quotation mark of $quote is open, and to readline that of $mark.
__enclavia_quote() {
    reply=$1
    case $quote in
        \')
            reply=${reply//\'/\'\\\'\'}
            ;;
        \")
            reply=${reply//\\/\\\\}
            reply=${reply//\"/\\\"}
            reply=${reply//\$/\\\$}
            reply=${reply//\`/\\\`}
            reply=${reply//\!/\"\'\!\'\"}
            # readline does not add the closing mark after another.
            if [[ $1 == *! ]]; then reply+='"'; fi
            ;;
        *)
            if [[ $1 == *[!A-Za-z0-9_@%+=:,./-]* ]]; then printf -v reply %q "$1"; fi
            # readline adds the mark, but not after another.
            reply+=$mark$mark
            ;;
    esac
}

# Sets program to the path of enclavia: the one that was typed, or the first in PATH. What is completed like
# enclavia and has another name is never run.
__enclavia_find() {
    # What was typed may name the program by its path, which has not been expanded.
    # shellcheck disable=SC2016,SC2088
    case ${words[0]} in
        '~/'* | '$HOME/'* | '${HOME}/'*) words[0]=$HOME/${words[0]#*/} ;;
    esac
    program=${words[0]}
    if [[ $program == */enclavia && -f $program && -x $program ]]; then return; fi
    local rest=$PATH:
    while [[ -n $rest ]]; do
        program=${rest%%:*}
        program=${program:-.}/enclavia
        if [[ -f $program && -x $program ]]; then return; fi
        rest=${rest#*:}
    done
    # bash knows more of PATH, such as a tilde.
    program=$(type -P enclavia) || program=''
}

# Sets candidates, notes, message and directive to what a command answers; fails where that is no answer, which ends
# with its directive, or an error.
__enclavia_run() {
    local line
    candidates=() notes=() message='' directive=''
    while IFS= read -r line; do
        if [[ $line == :* ]]; then
            directive=${line:1}
            continue
        fi
        directive=''
        if [[ $line == '_activeHelp_ '* ]]; then
            message=${line#* }
        else
            candidates+=("${line%%$'\t'*}")
            if [[ $line != *$'\t'* ]]; then line=$'\t'; fi
            notes+=("${line#*$'\t'}")
        fi
    done < <("$@" "${words[@]:1}" 2>/dev/null </dev/null)
    [[ $directive == [0-9] || $directive == [0-9][0-9] ]] || return
    directive=$((10#$directive))
    ((!(directive & 1)))
}

# Sets candidates, notes, message and directive to the program's answer.
__enclavia_ask() {
    local program file fast
    __enclavia_find
    if [[ -n $program ]]; then
        file=$program
        if [[ -L $file ]]; then file=$(readlink -f -- "$file") || file=$program; fi
        for fast in "${file%/*}"/{,../libexec/enclavia/}enclavia-complete; do
            if [[ -x $fast ]] && __enclavia_run "$fast"; then return; fi
        done
        if __enclavia_run "$program" __complete; then return; fi
    fi
    candidates=() notes=() message='' directive=4
}

# Sets candidates to the files that begin with $1.
__enclavia_files() {
    local file
    # compgen does not tell a newline in a name from the end of the name.
    for file in "$1"*; do
        if [[ -d $file ]]; then
            candidates+=("$file/")
        elif [[ -e $file || -L $file ]]; then
            candidates+=("$file")
        fi
    done
    if ((${#candidates[@]} == 0)); then
        # compgen knows completion-ignore-case.
        while IFS= read -r file; do
            if [[ -d $file ]]; then file+=/; fi
            candidates+=("$file")
        done < <(compgen -f -- "$1")
    fi
    if [[ ${#candidates[@]} == 1 && ${candidates[0]} == */ ]]; then compopt -o nospace 2>/dev/null; fi
}

# Sets reply to $1 as readline compares it.
__enclavia_fold() {
    reply=$1
    if ((folded)); then reply=${reply,,}; fi
    if ((mapped)); then reply=${reply//_/-}; fi
}

# Sets COMPREPLY to the candidates that match what was typed, and found to their places.
__enclavia_match() {
    local folded=$1 mapped=$2 place typing
    __enclavia_fold "$typed"
    typing=$reply
    for place in ${candidates[@]+"${!candidates[@]}"}; do
        # What stands before the word that readline replaces cannot be changed.
        if [[ $lead${candidates[place]} != "$kept"* ]]; then continue; fi
        __enclavia_fold "$lead${candidates[place]}"
        if [[ $reply == "$typing"* ]]; then
            reply=$lead${candidates[place]}
            __enclavia_quote "${reply:${#kept}}"
            COMPREPLY+=("$before$reply")
            found+=("$place")
        fi
    done
}

# Adds to COMPREPLY what is only shown: the notes beside the candidates, and the message after them.
__enclavia_describe() {
    local i common=${COMPREPLY[0]} width=0 columns=${COLUMNS:-80}
    for reply in "${COMPREPLY[@]}"; do
        if ((${#reply} > width)); then width=${#reply}; fi
        while [[ $reply != "$common"* ]]; do common=${common%?}; done
    done
    for i in "${!COMPREPLY[@]}"; do
        if [[ -n ${notes[found[i]]-} ]]; then
            printf -v reply '%-*s  (%s)' "$width" "${COMPREPLY[i]}" "${notes[found[i]]}"
            if ((${#reply} >= columns && ${#COMPREPLY[i]} < columns - 1)); then
                reply=${reply:0:columns-1}
            fi
            COMPREPLY[i]=$reply
        fi
    done
    # It begins with what all begin with, which readline may insert.
    if [[ -n $message ]]; then COMPREPLY+=("$common  ($message)"); fi
}

_enclavia() {
    local raw quote target mark reply directive message lead='' before='' kept
    local -a words candidates notes found=()
    COMPREPLY=()
    __enclavia_read "${COMP_LINE:0:COMP_POINT}"
    if ((target)); then
        compopt -o default 2>/dev/null
        return 0
    fi
    __enclavia_find_mark "${COMP_LINE:0:COMP_POINT}"
    __enclavia_ask

    # The answer to --option=value is the value alone.
    local typed=${words[${#words[@]} - 1]}
    if [[ $typed == --*=* ]]; then lead=${typed%%=*}=; fi

    # readline replaces $2, the end of the word; what stands before that is not to be repeated.
    __enclavia_unquote "${raw%"$2"}"
    kept=$reply
    # It replaces more than the word where it takes what stands before that to be quoted.
    if [[ -n $mark && -z $quote && $2 == *?"$raw" ]]; then before=${2%"$raw"} kept=''; fi

    if ((!(directive & 4) && ${#candidates[@]} == 0)); then
        # No shell expands the tilde of --option=~/: it is replaced, where readline replaces the whole value.
        if [[ $kept == "$lead"* && (-z $lead || $kept != "$lead" || $raw != "$lead~/"*) ]]; then
            compopt -o default 2>/dev/null
            return 0
        fi
        # What is replaced is no file's name to readline.
        # shellcheck disable=SC2016,SC2088
        case ${typed#"$lead"} in
            '~/'* | '$HOME/'* | '${HOME}/'*)
                typed=${typed#"$lead"}
                typed=$lead$HOME/${typed#*/}
                ;;
        esac
        __enclavia_files "${typed#"$lead"}"
    fi

    __enclavia_match 0 0
    if ((${#COMPREPLY[@]} == 0 && ${#candidates[@]} > 0)); then
        # Only a readline that ignores case takes what is spelled differently.
        local settings
        settings=$(bind -v 2>/dev/null)
        if [[ $settings == *'set completion-ignore-case on'* ]]; then
            if [[ $settings == *'set completion-map-case on'* ]]; then
                __enclavia_match 1 1
            else
                __enclavia_match 1 0
            fi
        fi
    fi
    # 63, 33 and 64: the candidates are listed now.
    case ${COMP_TYPE-} in
        63 | 33 | 64) if ((${#COMPREPLY[@]} > 1)); then __enclavia_describe; fi ;;
    esac
    if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
    if ((directive & 32)); then compopt -o nosort 2>/dev/null; fi
    return 0
}

complete -F _enclavia enclavia
