// node brokerProcess.js: an MQTT broker in a process of its own, which is not killed. It prints its port, and 'subscribed'
// once there is a subscription, by which it keeps what is sent.

import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const broker = await Aedes.createBroker()
const server = createServer(broker.handle)
broker.on('subscribe', () => process.stdout.write('subscribed\n'))
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${server.address().port}\n`))
// It ends with the process that started it.
process.stdin.resume().on('end', () => process.exit(0))
