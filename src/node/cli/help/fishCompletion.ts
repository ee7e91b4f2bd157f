import type { CompletableCommand } from './completable.js'

/** Writes a text between quotes, as fish reads them. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

/** Writes the completion for fish. */
export const fishCompletion = (commands: readonly CompletableCommand[]): string => {
  const lines = commands.flatMap(({ name, text, options, arguments: rest }) => {
    const within = `complete -c rxgrad -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c rxgrad -n __fish_use_subcommand -f -a ${name} -d ${quoted(text)}`,
      ...(rest === 'files' ? [] : [`${within} -f -a ${quoted(rest.join(' '))}`]),
      ...options.map((option) => {
        const short = option.short === undefined ? '' : ` -s ${option.short}`
        const words = option.words.length > 0 ? ` -a ${quoted(option.words.join(' '))}` : ''
        return `${within} -l ${option.name}${short}${option.value === undefined ? '' : ' -x'}${words} -d ${quoted(option.text)}`
      }),
    ]
  })
  return `# Completion of rxgrad for fish\n${lines.join('\n')}\n`
}
