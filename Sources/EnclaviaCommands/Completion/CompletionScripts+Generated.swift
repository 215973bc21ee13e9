// swift-format-ignore-file
// Written by `make completions` from the files in completions/.

/// The completion scripts, byte for byte.
enum CompletionScripts {
    static let bash = ##"""
        # shellcheck shell=bash
        # Completion of enclavia(1) for bash 4.0 and later, with or without the bash-completion package.
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
            local line=$1 char='' pair='' word='' begun=0 start i
            words=() raw='' quote='' target=0
            for ((i = 0; i < ${#line}; i++)); do
                char=${line:i:1} pair=${line:i:2}
                if [[ $quote == "'" ]]; then
                    raw+=$char
                    if [[ $char == "'" ]]; then quote=''; else word+=$char; fi
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
                    # The number of a file descriptor before it is part of the redirection.
                    if ((begun && !target)) && [[ $raw == *[!0-9\&]* ]]; then words+=("$word"); fi
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

        # Sets reply to $1 as it must be written where the quotation mark of $quote is open.
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
                    ;;
                *)
                    if [[ $1 == *[!A-Za-z0-9_@%+=:,./-]* ]]; then printf -v reply %q "$1"; fi
                    ;;
            esac
        }

        # Sets program to the path of enclavia: the one that was typed, or the first in PATH.
        __enclavia_find() {
            # What was typed may name the program by its path; its tilde has not been expanded.
            # shellcheck disable=SC2088
            if [[ ${words[0]} == '~/'* ]]; then words[0]=$HOME/${words[0]:2}; fi
            program=${words[0]}
            if [[ $program == */* && -x $program ]]; then return; fi
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

        # Sets candidates and directive to what a command answers; fails where it says nothing.
        __enclavia_run() {
            local line
            candidates=() directive=''
            while IFS= read -r line; do
                if [[ $line == :* ]]; then
                    directive=${line:1}
                elif [[ -n $line ]]; then
                    candidates+=("${line%%$'\t'*}")
                fi
            done < <("$@" "${words[@]:1}" 2>/dev/null </dev/null)
            [[ $directive == [0-9] || $directive == [0-9][0-9] ]]
        }

        # Sets candidates and directive to the program's answer.
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
            candidates=() directive=4
        }

        _enclavia() {
            local raw quote target reply directive lead='' kept candidate
            local -a words candidates
            COMPREPLY=()
            __enclavia_read "${COMP_LINE:0:COMP_POINT}"
            if ((target)); then
                compopt -o default 2>/dev/null
                return 0
            fi
            __enclavia_ask

            # The answer to --option=value is the value alone.
            local typed=${words[${#words[@]} - 1]}
            if [[ $typed == --*=* ]]; then lead=${typed%%=*}=; fi

            # readline replaces $2, the end of the word; what stands before that is not to be repeated.
            __enclavia_unquote "${raw%"$2"}"
            kept=$reply

            if ((!(directive & 4) && ${#candidates[@]} == 0)); then
                if [[ $kept == "$lead"* ]]; then
                    compopt -o default 2>/dev/null
                    return 0
                fi
                # The whole word is replaced, which readline does not take for a file's name.
                if [[ $typed == "$lead~/"* ]]; then typed=$lead$HOME/${typed#"$lead~/"}; fi
                while IFS= read -r candidate; do
                    if [[ -d $candidate ]]; then
                        candidate+=/
                        compopt -o nospace 2>/dev/null
                    fi
                    candidates+=("$candidate")
                done < <(compgen -f -- "${typed#"$lead"}")
            fi

            for candidate in ${candidates[@]+"${candidates[@]}"}; do
                candidate=$lead$candidate
                if [[ $candidate == "$typed"* && $candidate == "$kept"* ]]; then
                    __enclavia_quote "${candidate:${#kept}}"
                    COMPREPLY+=("$reply")
                fi
            done
            if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
            if ((directive & 32)); then compopt -o nosort 2>/dev/null; fi
            return 0
        }

        complete -F _enclavia enclavia

        """##

    static let zsh = ##"""
        #compdef enclavia
        # Completion of enclavia(1) for zsh 5.1 and later.
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
            typed[1]=${typed[1]/#\~\//$HOME/}
        }

        # Sets candidates and directive to what a command answers; fails where it says nothing.
        __enclavia_run() {
            local line
            candidates=() directive=''
            while IFS= read -r line; do
                case $line in
                    :<->) directive=${line#:} ;;
                    ?*) candidates+=("$line") ;;
                esac
            done < <(command "$@" "${(@)typed[2,-1]}" 2>/dev/null </dev/null)
            [[ -n $directive ]]
        }

        # Sets candidates and directive to the answer of the program that was typed, or of the first in PATH.
        __enclavia_ask() {
            local program=${commands[enclavia]:-enclavia} fast
            if [[ $typed[1] == */* && -x $typed[1] ]]; then program=$typed[1]; fi
            # A bare name would be one of the working directory.
            if [[ $program == */* ]]; then
                for fast in ${program:A:h}/{,../libexec/enclavia/}enclavia-complete; do
                    if [[ -x $fast ]] && __enclavia_run $fast; then return; fi
                done
            fi
            if ! __enclavia_run $program __complete; then candidates=() directive=4; fi
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
            local verb='' heading='' lead='' directive line word note found=1
            local -a typed candidates verbs valued known options values notes space
            local -A operands
            __enclavia_parser
            __enclavia_read
            __enclavia_ask
            __enclavia_place

            # The answer to --option=value is the value alone.
            if [[ -n $lead ]]; then compset -P '--[^=]#='; fi
            if (( $#candidates == 0 )); then
                if (( directive & 4 )); then return 1; fi
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
        # Completion of enclavia(1) for fish 3.0 and later.
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

        # Prints the answer to a line's words, of which the program is the first.
        function __enclavia_ask
            set -l program (string replace -r '^~/' "$HOME/" -- $argv[1])
            if not string match -q '*/*' -- $program; or not test -x $program
                set program (command -s enclavia)
                or return
            end
            set -l folder (builtin realpath -- $program 2>/dev/null | string replace -r '/[^/]*$' '')
            for fast in $folder/enclavia-complete $folder/../libexec/enclavia/enclavia-complete
                if test -x $fast
                    set -l answer (command $fast $argv[2..-1] 2>/dev/null </dev/null)
                    if string match -qr '^:[0-9]+$' -- "$answer[-1]"
                        printf '%s\n' $answer
                        return
                    end
                end
            end
            command $program __complete $argv[2..-1] 2>/dev/null </dev/null
        end

        function __enclavia_complete
            set -l words (commandline -opc)
            set -l word (__enclavia_word)
            set -l answer (__enclavia_ask $words "$word")
            set -l directive (string match -r '^:[0-9]+$' -- $answer[-1] | string sub -s 2)
            if test -z "$directive"
                return
            end
            set -e answer[-1]

            # The answer to --option=value is the value alone, and fish wants the whole word.
            set -l lead (string match -r '^--[^=]*=' -- $word; or echo '')
            if test (count $answer) -gt 0
                printf '%s\n' $lead$answer
            else if test (math "floor($directive / 4) % 2") -eq 0
                printf '%s\n' $lead(__fish_complete_path (string replace -- "$lead" '' "$word"))
            end
        end

        complete -c enclavia -f -k -a '(__enclavia_complete)'

        """##
}
