import library from '../examples/examples.json'

const queries = import.meta.glob('../examples/*.graphql', { query: '?raw', import: 'default', eager: true })

/** Topics with their examples, in the order of the file. */
export const TOPICS = library.topics.map((topic) => ({
  ...topic,
  examples: library.examples
    .filter((example) => example.topic === topic.id)
    .map((example) => ({ ...example, query: queries[`../examples/${example.file}`] })),
}))
