import type { CompletableCommand, CompletableOption } from './completable.js'

/** Writes a text between quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
/** Writes a description, in which brackets and colons would end it. */
const described = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&')

const specOf = ({ name, text, value, words }: CompletableOption): string => {
  const taken = value === undefined ? '' : `:${value}:${words.length > 0 ? `(${words.join(' ')})` : ' '}`
  return quoted(`--${name}[${described(text)}]${taken}`)
}

/** Writes the completion for zsh. */
export const zshCompletion = (commands: readonly CompletableCommand[]): string => `#compdef rxgrad
# Completion of rxgrad for zsh
_rxgrad() {
  if (( CURRENT == 2 )); then
    local -a names=(${commands.map(({ name, text }) => quoted(`${name}:${described(text)}`)).join(' ')})
    _describe 'command' names
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands
  .map(({ name, options, arguments: rest }) => {
    const others = rest === 'files' ? "'*:file:_files'" : quoted(`1:name:(${rest.join(' ')})`)
    return `    ${name}) _arguments ${[...options.map(specOf), others].join(' \\\n      ')} ;;`
  })
  .join('\n')}
  esac
}
compdef _rxgrad rxgrad
`
