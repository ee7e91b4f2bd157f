/** Returns an element of index.html. */
export const byId = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E

/** Sets the text of an element only if it has changed, so that an unchanged text costs nothing. */
export const setText = (element: HTMLElement, text: string): void => {
  if (element.textContent !== text) element.textContent = text
}

export const element = (tag: string, text = '', className = ''): HTMLElement => {
  const made = document.createElement(tag)
  made.textContent = text
  if (className !== '') made.className = className
  return made
}

/** Fills a table with texts; the head and the first column name the rest. */
export const fillTable = (table: HTMLElement, head: readonly string[], rows: readonly (readonly string[])[]): void => {
  const row = (cells: readonly string[], tag: string): HTMLElement => {
    const made = element('tr')
    made.append(...cells.map((text, i) => element(i === 0 ? 'th' : tag, text)))
    return made
  }
  const [thead, tbody] = [element('thead'), element('tbody')]
  thead.append(row(head, 'th'))
  tbody.append(...rows.map((cells) => row(cells, 'td')))
  table.replaceChildren(thead, tbody)
}

/** A part of the page, which draws itself from the newest state whenever it is asked to. */
export interface Panel {
  draw(now: number): void
}

/** Names the parts of index.html that are not what their elements say: boxes that scroll, by keys too, and charts. */
export const nameParts = (): void => {
  for (const box of document.querySelectorAll<HTMLElement>('[data-scrolls]')) {
    box.tabIndex = 0
    box.role = 'group'
    box.ariaLabel = box.dataset.scrolls!
  }
  for (const chart of document.querySelectorAll<HTMLElement>('[data-shows]')) {
    chart.role = 'img'
    chart.ariaLabel = chart.dataset.shows!
  }
}
