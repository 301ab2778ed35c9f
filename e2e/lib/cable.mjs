// An ActionCable client (protocol actioncable-v1-json), as dashboards and widgets have.
import WebSocket from 'ws';
import { until } from './until.mjs';

/** A confirmed subscription to RoomChannel; frames are kept with the time at which they came. */
export class Cable {
  frames = [];

  /** Connects and subscribes. `identity` is `{pubsub_token}` for visitors, plus `account_id` and `user_id` for agents. */
  static async subscribes(url, identity) {
    const cable = new Cable();
    const identifier = JSON.stringify({ channel: 'RoomChannel', ...identity });
    cable.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/cable`, ['actioncable-v1-json'], { origin: url });
    await new Promise((resolve, reject) => {
      cable.socket.on('error', reject);
      cable.socket.on('close', () => reject(new Error('the cable was closed before it was subscribed')));
      cable.socket.on('message', (data) => {
        const frame = JSON.parse(data);
        if (frame.type === 'welcome') cable.socket.send(JSON.stringify({ command: 'subscribe', identifier }));
        if (frame.type === 'reject_subscription') reject(new Error('the subscription was rejected'));
        if (frame.type === 'confirm_subscription') resolve();
        if (frame.message) cable.frames.push({ ...frame.message, at: performance.now() });
      });
    });
    return cable;
  }

  /** Waits for the first frame of this event whose data satisfies `wanted`. */
  hears(event, wanted, options) {
    return until(`${event} comes over the cable`, () =>
      this.frames.find((frame) => frame.event === event && wanted(frame.data)), { every: 2, ...options });
  }

  close() {
    this.socket.terminate();
  }
}
