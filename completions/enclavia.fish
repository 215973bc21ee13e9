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
