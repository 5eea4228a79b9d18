// Checks messages by DAP's own JSON schema, which comes with debugpy.

import fs from 'node:fs';
import Ajv from 'ajv-draft-04';

export class Schema {
  /** @param {string} file the schema, as the protocol's authors publish it */
  constructor(file) {
    const schema = JSON.parse(fs.readFileSync(file, 'utf8'));
    // The schema is of a moment, the protocol goes on: `_enum` lists what is known, and is no restriction.
    this.definitions = schema.definitions;
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    this.ajv.addSchema(schema, 'dap');
    this.kept = new Map();
  }

  /** What is wrong with a message, in sentences; empty if nothing is. */
  check(message) {
    const validate = this.#validator(this.#nameOf(message));
    if (validate(message)) return [];
    const said = validate.errors.map(({ instancePath, message: wrong }) => {
      // One sentence for all items of a list.
      return `${message.command ?? message.event}: ${instancePath.replaceAll(/\/\d+/g, '/*')} ${wrong}`;
    });
    return [...new Set(said)];
  }

  /** The definition that a message has to fit: that of its command or event, else that of its kind. */
  #nameOf(message) {
    const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
    if (message.type === 'event') return this.#known(`${capital(message.event)}Event`, 'Event');
    if (message.type === 'request') return this.#known(`${capital(message.command)}Request`, 'Request');
    if (message.type === 'response') {
      if (!message.success) return 'ErrorResponse';
      return this.#known(`${capital(message.command)}Response`, 'Response');
    }
    return 'ProtocolMessage';
  }

  #known(name, otherwise) {
    return name in this.definitions ? name : otherwise;
  }

  #validator(name) {
    let validate = this.kept.get(name);
    if (!validate) {
      validate = this.ajv.compile({ $ref: `dap#/definitions/${name}` });
      this.kept.set(name, validate);
    }
    return validate;
  }
}
