// Runs the commands that are given, all at the same time; shows each one's output whole when it ends, and fails with any.
import { spawn } from 'node:child_process'

const failed = await Promise.all(
  process.argv.slice(2).map(
    (command) =>
      new Promise((done) => {
        // a shell, as npm itself would use: it finds the commands in node_modules/.bin on every system
        const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
        /** @type {Buffer[]} */
        const output = []
        child.stdout.on('data', (data) => output.push(data))
        child.stderr.on('data', (data) => output.push(data))
        child.on('close', (code) => {
          process.stdout.write(`> ${command}\n${Buffer.concat(output)}`)
          done(code !== 0)
        })
      }),
  ),
)
process.exitCode = failed.includes(true) ? 1 : 0
