/** An option of a command. The parser, the help and the completion read this row. */
export interface OptionRow {
  readonly group: string
  /** The name of its value in the help; absent for a switch. */
  readonly value?: string
  readonly text: string
}
