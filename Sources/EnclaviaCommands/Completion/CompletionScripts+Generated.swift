// swift-format-ignore-file
// Written by `make completions` from the files in completions/.

/// The completion scripts, byte for byte.
enum CompletionScripts {
    static let bash = ##"""
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

        """##

    static let zsh = ##"""
        #compdef enclavia
        # Completion of enclavia(1) for zsh; tested with zsh 5.9.
        #
        # The candidates come from enclavia-complete, a small program that is installed with enclavia, or,
        # where that is missing or says nothing, from `enclavia __complete`. Both speak Cobra's protocol.
        # Neither what was typed nor what was answered is ever evaluated.

        # What the groups of candidates are called by.
        __enclavia_parser() {
            # Written by `make completions`, from the parser's own description.
            # begin
            verbs=(
                'push'
                'record'
                'history'
                'history list'
                'history show'
                'history at'
                'history stats'
                'history export'
                'history import'
                'history verify'
                'history checkpoint'
                'history reconcile'
                'history prune'
                'history backup'
                'history rebuild'
                'history salvage'
                'history sync'
                'history report'
                'status'
                'enclave'
                'enclave list'
                'enclave create'
                'enclave status'
                'enclave logs'
                'enclave stop'
                'enclave start'
                'enclave restart'
                'enclave destroy'
                'auth'
                'auth login'
                'auth status'
                'auth logout'
                'auth docker'
                'notify'
                'events'
                'doctor'
                'completion'
                'schema'
                'help'
            )
            valued=(
                --color
                --label
                --message
                --digest-file
                --env-file
                --summary
                --tag-policy
                --retry
                --progress
                --digest
                --metadata-file
                --refs-file
                --tool
                --repository
                --tag
                --since
                --until
                --outcome
                --notify
                --commit
                --host
                --user
                --from
                --limit
                --format
                --by
                --head
                --checkpoint
                --allowed-signers
                --identity
                --against
                --out
                --sign
                --before
                --timeout
                --image
                --instance-type
                --container-port
                --storage-size-bytes
                --name
                --visibility
                --port
                --after
                --type
            )
            operands=(
                'push' 'local-image destination'
                'record' 'destination'
                'history' 'glob'
                'history list' 'glob'
                'history show' 'push'
                'history at' 'reference time'
                'history export' 'file'
                'history import' 'file'
                'history backup' 'file'
                'history salvage' 'file'
                'history sync' 'remote'
                'history report' 'glob'
                'status' 'reference'
                'enclave status' 'enclave'
                'enclave logs' 'enclave'
                'enclave stop' 'enclave'
                'enclave start' 'enclave'
                'enclave restart' 'enclave'
                'enclave destroy' 'enclave'
                'notify' 'push'
                'completion' 'shell'
                'schema' 'name'
                'help' 'verb'
            )
            # end
        }

        # Sets typed to the words up to the cursor, without their quotation marks.
        __enclavia_read() {
            local last=$PREFIX
            # The mark that is open is in QIPREFIX, and the one that closes it is not typed yet.
            case $QIPREFIX in
                *\") last=\"$PREFIX\" ;;
                *\') last=\'$PREFIX\' ;;
            esac
            typed=("${(@Q)words[1,CURRENT-1]}" "${(Q)last}")
            case $typed[1] in
                \~/* | \$HOME/* | \$\{HOME\}/*) typed[1]=$HOME/${typed[1]#*/} ;;
            esac
        }

        # Sets candidates, message and directive to what a command answers; fails where that is no answer, which ends with
        # its directive, or an error.
        __enclavia_run() {
            local line
            candidates=() message='' directive=''
            while IFS= read -r line; do
                case $line in
                    :[0-9] | :[0-9][0-9]) directive=$(( 10#${line#:} )) ;;
                    '_activeHelp_ '*) message=${line#* } directive='' ;;
                    *) candidates+=("$line") directive='' ;;
                esac
            done < <(command "$@" "${(@)typed[2,-1]}" 2>/dev/null </dev/null)
            [[ -n $directive ]] && (( ! (directive & 1) ))
        }

        # Sets program to the path of enclavia: the one that was typed, or the first in PATH. What is completed like
        # enclavia and has another name is never run.
        __enclavia_find() {
            program=$typed[1]
            if [[ $program == */enclavia && -f $program && -x $program ]]; then return; fi
            # The table of commands may name what cannot be run, such as a directory.
            local folder
            for folder in ${commands[enclavia]:h} "${(@)path}"; do
                program=${folder:-.}/enclavia
                if [[ -f $program && -x $program ]]; then return; fi
            done
            program=''
        }

        # Sets candidates, message and directive to the program's answer.
        __enclavia_ask() {
            local program fast
            __enclavia_find
            if [[ -n $program ]]; then
                for fast in ${program:A:h}/{,../libexec/enclavia/}enclavia-complete; do
                    if [[ -x $fast ]] && __enclavia_run $fast; then return; fi
                done
                if __enclavia_run $program __complete; then return; fi
            fi
            candidates=() message='' directive=4
        }

        # The same, but once for all that a matcher-list tries on one word.
        __enclavia_ask_once() {
            local key=${(pj:\0:)typed}
            if (( ${_matcher_num:-1} > 1 )) && [[ $__enclavia_asked == $key ]]; then
                candidates=("${(@)__enclavia_candidates}")
                message=$__enclavia_message directive=$__enclavia_directive
                return
            fi
            __enclavia_ask
            typeset -g __enclavia_asked=$key __enclavia_message=$message __enclavia_directive=$directive
            typeset -ga __enclavia_candidates=("${(@)candidates}")
        }

        # Sets verb to the verb that was typed, as far as it goes, heading to the name of the value that
        # comes next, its option's or its operand's, and lead to the --option= that begins it.
        __enclavia_place() {
            local word option='' ended=''
            local -i number=1
            for word in "${(@)typed[2,-2]}"; do
                if [[ -n $option ]]; then
                    option=''
                elif [[ -n $ended || $word != -?* ]]; then
                    if (( number == 1 && ${verbs[(Ie)${verb:+$verb }$word]} )); then
                        verb+=${verb:+ }$word
                    else
                        number+=1
                    fi
                elif [[ $word == -- ]]; then
                    ended=1
                elif (( ${valued[(Ie)$word]} )); then
                    option=$word
                fi
            done
            local -a names=(${=operands[${verb:-enclavia}]})
            if [[ -n $option ]]; then
                heading=${option#--}
            elif [[ -z $ended && $typed[-1] == --*=* ]]; then
                lead=${typed[-1]%%=*}=
                heading=${${lead#--}%=}
            else
                heading=${names[number]:-${names[-1]:-value}}
            fi
        }

        # Offers the values in the order in which they came, each beside its note.
        __enclavia_values() {
            local -a expl displays space=("$@")
            local separator width=0 line
            if ! zstyle -T ":completion:$curcontext:values" verbose; then
                _description -V values expl "$heading"
                compadd "$expl[@]" "$space[@]" -a values
                return
            fi
            zstyle -s ":completion:$curcontext:values" list-separator separator || separator=--
            for line in "${(@)values}"; do
                if (( $#line > width )); then width=$#line; fi
            done
            local -i i
            for (( i = 1; i <= $#values; i++ )); do
                line=$values[i]
                if [[ -n $notes[i] ]]; then line="${(r:width:)line}  $separator $notes[i]"; fi
                displays+=("${line[1,COLUMNS-1]}")
            done
            _description -V values expl "$heading"
            compadd "$expl[@]" "$space[@]" -l -d displays -a values
        }

        _enclavia() {
            local verb='' heading='' lead='' directive message line word note found=1
            local -a typed candidates verbs valued known options values notes space
            local -A operands
            __enclavia_parser
            __enclavia_read
            __enclavia_ask_once
            __enclavia_place

            # The answer to --option=value is the value alone.
            if [[ -n $lead ]]; then compset -P '--[^=]#='; fi
            if [[ -n $message ]]; then compadd -x "${message//\%/%%}"; fi
            if (( $#candidates == 0 )); then
                if (( directive & 4 )); then return 1; fi
                # No shell expands the tilde of --option=~/.
                if [[ -n $lead && -z $QIPREFIX && $PREFIX == \~/* ]]; then PREFIX=$HOME/${PREFIX#*/}; fi
                _files
                return
            fi

            for line in "${(@)candidates}"; do
                word=${line%%$'\t'*} note=''
                if [[ $line == *$'\t'* ]]; then note=${line#*$'\t'}; fi
                if [[ $word == --* ]]; then
                    options+=("$word:$note")
                elif (( ${verbs[(Ie)${verb:+$verb }$word]} )); then
                    known+=("$word:$note")
                else
                    values+=("$word")
                    notes+=("$note")
                fi
            done
            if (( directive & 2 )); then space=(-S ''); fi
            if (( $#known )); then _describe -t verbs verb known && found=0; fi
            if (( $#options )); then _describe -t options option options && found=0; fi
            if (( $#values )); then __enclavia_values "$space[@]" && found=0; fi
            return found
        }

        # Loaded by its name, the file is the function; read by `source`, it is made known.
        if [[ $funcstack[1] == _enclavia ]]; then
            _enclavia "$@"
        else
            compdef _enclavia enclavia
        fi

        """##

    static let fish = ##"""
        # Completion of enclavia(1) for fish; tested with fish 3.6.
        #
        # The candidates come from enclavia-complete, a small program that is installed with enclavia, or,
        # where that is missing or says nothing, from `enclavia __complete`. Both speak Cobra's protocol.
        # Neither what was typed nor what was answered is ever evaluated.

        # Prints the word at the cursor, up to it, without its quotation marks, one of which may be open.
        function __enclavia_word
            set -l typed (commandline -ct)
            for end in '' \' \"
                if string unescape -- "$typed$end"
                    return
                end
            end
            printf '%s\n' "$typed"
        end

        # Prints the words before the one at the cursor, without the targets of redirections, which fish counts as words.
        function __enclavia_words
            set -l words (commandline -opc)
            set -l line (commandline -pc | string collect)
            if string match -qr '[<>]' -- "$line"
                # A line may be continued by a backslash.
                set line (string replace -a \\\n '' -- $line | string collect)
                # What is quoted, and substitutions, are no redirections: each is one letter.
                set -l plain (string replace -ra '"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\'|\\\\.' Q -- $line \
                    | string replace -ra '\((?:[^()]|(?R))*\)' Q | string collect)
                set -l index 0
                set -l redirects 0
                set -l targets
                for part in (string match -ra '(?:&>|(?<!\S)\d+[<>]|[<>])[<>&?|]*|[^\s<>]+' -- $plain)
                    if string match -qr '[<>]' -- $part
                        set redirects 1
                    else
                        set index (math $index + 1)
                        if test $redirects = 1 -a $index -le (count $words)
                            set -p targets $index
                        end
                        set redirects 0
                    end
                end
                for index in $targets
                    set -e words[$index]
                end
            end
            printf '%s\n' $words
        end

        # Prints the path of enclavia: the one that was typed, or the first in PATH. What is completed like enclavia and has
        # another name is never run.
        function __enclavia_program
            set -l program "$argv[1]"
            set -l rest (string match -r '^(?:~|\$HOME|\{\$HOME\})/(.*)' -- $program)
            if set -q rest[2]
                set program $HOME/$rest[2]
            end
            if string match -q '*/enclavia' -- $program; and test -f $program -a -x $program
                printf '%s\n' $program
            else
                command -s enclavia
            end
        end

        # Runs a program. fish would print how one of its own ends by a signal: it is run by sh.
        function __enclavia_run
            command sh -c 'exec 2>/dev/null; "$@"; exit' sh $argv </dev/null
        end

        # Prints the answer to a line's words, of which the program is the first; nothing where that is no answer, which ends
        # with its directive, or an error.
        function __enclavia_ask
            set -l program (__enclavia_program $argv[1])
            or return
            set -l folder (builtin realpath -- $program 2>/dev/null | string replace -r '/[^/]*$' '')
            for fast in $folder/enclavia-complete $folder/../libexec/enclavia/enclavia-complete
                if test -x $fast
                    set -l answer (__enclavia_run $fast $argv[2..-1])
                    if string match -qr '^:[0-9]?[02468]$' -- "$answer[-1]"
                        printf '%s\n' $answer
                        return
                    end
                end
            end
            set -l answer (__enclavia_run $program __complete $argv[2..-1])
            if string match -qr '^:[0-9]?[02468]$' -- "$answer[-1]"
                printf '%s\n' $answer
            end
        end

        # Sets __enclavia_answer to the answer for the line. fish wants to know of files and of values, each for itself: the
        # second to ask gets what the first got.
        function __enclavia_update
            set -l line (commandline -C) (commandline)
            if set -q __enclavia_line; and test "$line" = "$__enclavia_line"
                set -e __enclavia_line
                return
            end
            set -l words (__enclavia_words)
            set -g __enclavia_answer (__enclavia_ask $words (__enclavia_word))
            set -g __enclavia_line "$line"
        end

        # Whether names of files are to be completed, which fish does itself.
        function __enclavia_wants_files
            __enclavia_update
            # No candidates, and not bit 4.
            test (count $__enclavia_answer) = 1
            and test (math "floor("(string sub -s 2 -- $__enclavia_answer)" / 4) % 2") = 0
        end

        # Prints the values.
        function __enclavia_values
            __enclavia_update
            set -l answer $__enclavia_answer
            if not set -q answer[2]
                return
            end
            set -e answer[-1]

            # fish has no place for a message but beside a candidate, and may list only the first.
            set -l message (string match -r '^_activeHelp_ (.*)' -- $answer[-1])
            if set -q message[2]
                set -e answer[-1]
                if not set -q answer[1]
                    return
                end
                if string match -q "*"\t"*" -- $answer[1]
                    set answer[1] "$answer[1], $message[2]"
                else
                    set answer[1] $answer[1]\t$message[2]
                end
            end

            # The answer to --option=value is the value alone, and fish wants the whole word.
            set -l lead (string match -r '^--[^=]*=' -- (__enclavia_word); or echo '')
            printf '%s\n' $lead$answer
        end

        complete -c enclavia -f -k -a '(__enclavia_values)'
        complete -c enclavia -n __enclavia_wants_files -F

        """##
}
