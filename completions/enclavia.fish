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
