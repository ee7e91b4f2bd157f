import { didYouMean, InputError } from '../../sources/index.js'
import { bashCompletion } from './bashCompletion.js'
import { completables, type Shell, shells } from './completable.js'
import { fishCompletion } from './fishCompletion.js'
import { zshCompletion } from './zshCompletion.js'

const writers: Readonly<Record<Shell, (commands: typeof completables) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** Shells that read none of these scripts, and are no misspelt names of those that do. */
const otherShells: readonly string[] = [
  'tcsh',
  'csh',
  'ksh',
  'mksh',
  'sh',
  'dash',
  'ash',
  'nu',
  'nushell',
  'elvish',
  'pwsh',
  'powershell',
  'cmd',
  'xonsh',
]

export const completionHelp: string = `rxgrad completion ${shells.join('|')}

The command writes a script that lets the shell complete commands, options and their values.

  bash   eval "$(rxgrad completion bash)", as a line of ~/.bashrc
  zsh    eval "$(rxgrad completion zsh)", as a line of ~/.zshrc after compinit
  fish   rxgrad completion fish > ~/.config/fish/completions/rxgrad.fish
`

/**
 * Returns the completion for a shell, or the help.
 *
 * @throws InputError if there is none for it
 */
export const completion = ([shell, ...others]: readonly string[]): string => {
  if (shell === '--help' || shell === '-h') return completionHelp
  if (shell === undefined)
    throw new InputError(
      `completion needs the name of a shell, one of ${shells.join(', ')}; write rxgrad completion bash.`,
    )
  if (others.length > 0)
    throw new InputError(`completion takes the name of one shell, but "${others[0]}" was given too; leave it out.`)
  if (!Object.hasOwn(writers, shell))
    throw new InputError(
      otherShells.includes(shell)
        ? `there is no completion for ${shell} yet; expected one of ${shells.join(', ')}, whose scripts ${shell} does not read.`
        : `there is no completion for "${shell}"; expected one of ${shells.join(', ')}.${didYouMean(shell, shells)}`,
    )
  return writers[shell as Shell](completables)
}
