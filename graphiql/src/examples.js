import library from '../examples/examples.json'

const queries = import.meta.glob('../examples/*.graphql', { query: '?raw', import: 'default', eager: true })

/** Topics with their examples, in the order of the file. */
export const TOPICS = library.topics.map((topic) => ({
  ...topic,
  examples: library.examples
    .filter((example) => example.topic === topic.id)
    .map((example) => ({ ...example, query: queries[`../examples/${example.file}`] })),
}))

/** The operation with its title and prose as comments, so that they stay with the tab. */
export function commented(example, code) {
  const lines = [example.title[code], ...wrap(example.prose[code], 60)]
  return `${lines.map((line) => `# ${line}`).join('\n')}\n${example.query}`
}

function wrap(prose, width) {
  const lines = ['']
  for (const word of prose.split(' ')) {
    const last = lines[lines.length - 1]
    if (last && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last ? `${last} ${word}` : word
  }
  return lines
}
