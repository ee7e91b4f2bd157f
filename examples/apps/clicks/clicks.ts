// This page learns from clicks which topics its reader likes, and remembers it over reloads. The model is learned in the
// browser and kept in its database, so that nothing leaves the page. Try it on http://localhost:8000:
//
//     npx esbuild examples/apps/clicks/clicks.ts --bundle --format=esm --outdir=examples/apps/clicks --servedir=examples/apps/clicks

import { category, checkpoint, createModel, dense, learn, resume } from 'rxgrad'
import { indexedDbStore } from 'rxgrad/client'
import { Subject } from 'rxjs'

const topics = ['Astronomy', 'Cooking', 'Football', 'Gardening', 'History', 'Jazz', 'Knitting', 'Physics', 'Sailing']
const model = createModel({
  features: { topic: category({ values: topics }) },
  target: { chosen: category({ values: ['no', 'yes'] }) },
  layers: [dense(1)],
})
const store = indexedDbStore('clicks')
await resume(store, model)

const choice$ = new Subject<{ readonly topic: string; readonly chosen: 'yes' | 'no' }>()
choice$.pipe(learn(model), checkpoint(store, { everyMs: 200 })).subscribe()

const liking = (topic: string): number => model.predict({ topic }).probabilities?.yes ?? 0.5

/** Lists the topics, the one that is liked best first. Who chooses one has passed over those above it. */
const show = (): void => {
  const ranked = [...topics].sort((a, b) => liking(b) - liking(a))
  const buttons = ranked.map((topic, place) => {
    const button = document.createElement('button')
    button.textContent = `${topic} ${(100 * liking(topic)).toFixed(0)} %`
    button.onclick = () => {
      for (const passed of ranked.slice(0, place)) choice$.next({ topic: passed, chosen: 'no' })
      choice$.next({ topic, chosen: 'yes' })
      show()
    }
    return button
  })
  document.querySelector('main')?.replaceChildren(...buttons)
  document.querySelector('output')!.textContent = `${model.counters.learned} choices are learned.`
}
show()

document.querySelector('#forget')!.addEventListener('click', () => {
  indexedDB.deleteDatabase('clicks')
  location.reload()
})
