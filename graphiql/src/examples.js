import library from '../examples/examples.json'

const queries = import.meta.glob('../examples/*.graphql', { query: '?raw', import: 'default', eager: true })

/** Topics with their examples, in the order of the file. */
export const TOPICS = library.topics.map((topic) => ({
  ...topic,
  examples: library.examples
    .filter((example) => example.topic === topic.id)
    .map((example) => ({ ...example, query: queries[`../examples/${example.file}`] })),
}))

/** Topics with the examples that hold each word, in the title, the prose, the topic or the document; without words all. */
export function found(words, language) {
  const wanted = plain(words).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return TOPICS
  const holds = (topic, { title, prose, query }) => {
    const text = plain([topic.title[language], title[language], prose[language], query].join(' '))
    return wanted.every((word) => text.includes(word))
  }
  return TOPICS
    .map((topic) => ({ ...topic, examples: topic.examples.filter((example) => holds(topic, example)) }))
    .filter(({ examples }) => examples.length > 0)
}

/** Without marks and in small letters, so that accents and vowel signs do not matter. */
function plain(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
