# Completion of enclavia(1) for fish 3.0 and later.
#
# The candidates come from `enclavia __complete`, which speaks Cobra's protocol. Neither what was
# typed nor what was answered is ever evaluated.

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

function __enclavia_complete
    set -l words (commandline -opc)
    set -l word (__enclavia_word)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    if not string match -q '*/*' -- $program; or not test -x $program
        set program enclavia
    end
    set -l answer (command $program __complete $words[2..-1] "$word" 2>/dev/null </dev/null)
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
