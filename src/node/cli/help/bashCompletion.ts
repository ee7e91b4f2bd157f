import type { CompletableCommand, CompletableOption } from './completable.js'

const writtenAs = ({ name, short }: CompletableOption): string[] =>
  short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`]

/** Returns the cases of a command: first those after an option that takes a value, then its options and arguments. */
const casesOf = (command: CompletableCommand): string[] => {
  const after = (option: CompletableOption): string =>
    writtenAs(option)
      .map((word) => `'${command.name} ${word} '*`)
      .join('|')
  const withValue = command.options.filter(({ value }) => value !== undefined)
  const chosen = withValue
    .filter(({ words }) => words.length > 0)
    .map((option) => `    ${after(option)}) words='${option.words.join(' ')}' ;;`)
  const free = withValue.filter(({ words }) => words.length === 0)
  const names = command.options.map(({ name }) => `--${name}`)
  return [
    ...chosen,
    // Its value is a name or a number that the shell cannot know. The bash of macOS has no compopt.
    ...(free.length > 0 ? [`    ${free.map(after).join('|')}) compopt +o default 2>/dev/null ;;`] : []),
    ...(names.length > 0 ? [`    '${command.name} '*' -'*) words='${names.join(' ')}' ;;`] : []),
    ...(command.arguments === 'files' ? [] : [`    '${command.name} '*) words='${command.arguments.join(' ')}' ;;`]),
  ]
}

/** Writes the completion for bash. Where it knows no words, bash completes the names of files. */
export const bashCompletion = (commands: readonly CompletableCommand[]): string => `# Completion of rxgrad for bash
_rxgrad() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" words=''
  # In --format=csv the sign is a word of its own.
  if [ "$current" = '=' ]; then current=''
  elif [ "$previous" = '=' ]; then previous="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous $current" in
${commands.flatMap(casesOf).join('\n')}
  esac
  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _rxgrad rxgrad
`
