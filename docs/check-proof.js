// Checks that an entry is in a ledger of Tiwizi, with Node.js and nothing else:
// node check-proof.js proof.json jwks.json
const { createHash, createPublicKey, verify } = require('node:crypto')
const { readFileSync } = require('node:fs')

const [answer, keys] = process.argv.slice(2, 4).map((file) => JSON.parse(readFileSync(file)))
const proof = answer.data ? answer.data.ledgerProof : answer
const must = (holds, what) => {
  if (!holds) {
    console.error('NOT PROVED: ' + what)
    process.exit(1)
  }
}
const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const hex = (text) => Buffer.from(text, 'hex')

must(proof, 'there is no proof yet')
const event = proof.eventText.split('\n')
const signed = proof.signedText.split('\n')
must(event.length === 6, 'the text is not that of an event')
must(/^tiwizi ledger checkpoint [12]$/.test(signed[0]), 'what is signed is no checkpoint')

let hash = sha(hex(proof.previousHash), sha(proof.eventText))
must(hash.toString('hex') === proof.hash, 'the event is not the one of the hash')
for (const digest of proof.followingDigests) hash = sha(hash, hex(digest))
must(hash.toString('hex') === signed[3], 'the chain does not lead to the checkpoint')
must(proof.checkpoint.hash === signed[3], 'the checkpoint names another hash')
must(event[0] === signed[1], 'event and checkpoint are of different organizations')
must(Number(event[1]) + proof.followingDigests.length === Number(signed[2]), 'the numbers do not meet')
must(proof.checkpoint.sequence === signed[2], 'the checkpoint names another event')
must(proof.checkpoint.keyId === signed[5], 'the checkpoint names another key')

const jwk = keys.keys.find((it) => it.kid === signed[5])
must(jwk, 'the key is not among the published ones')
const key = createPublicKey({ key: jwk, format: 'jwk' })
const signature = hex(proof.checkpoint.signature)
must(verify(null, Buffer.from(proof.signedText), key, signature), 'the signature is not of this key')
console.log(`proved: entry ${event[4]}, ${event[3]} at ${event[2]}`)
console.log(event[5])
