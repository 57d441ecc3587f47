// The board on the screen: opens its connection, keeps its records, hands changes to its tiles.

import { BoardView } from "./board-view.js";
import { Connection } from "./connection.js";
import { setText } from "./dom.js";
import { Records } from "./records.js";
import { announce } from "./announce.js";

export class Screen {
  constructor({ main, title, state, directory, moments, rotation }) {
    Object.assign(this, { main, title, state, directory, moments, rotation });
    this.records = new Records();
    this.view = null;
    this.board = null;
    this.connection = null;
  }

  /** Show a board, of a team where it shows one after the other. */
  show({ board, team }) {
    this.team = team;
    if (this.connection?.boardId === board && this.board !== null) return this.build();
    this.connection?.close();
    this.board = null;
    const connection = new Connection(board, {
      document: (found) => (this.next = found),
      snapshot: (data) => this.snapshot(data),
      change: (event, data) => this.change(event, data),
      status: (data) => this.state.status(data),
      lost: (reason, waitMs) => this.state.lost(reason, waitMs),
    });
    this.next = null;
    this.connection = connection;
    connection.run();
  }

  /** Say something in the place of a board. */
  say({ title, words }, element) {
    this.connection?.close();
    this.view?.close();
    this.connection = this.view = this.board = null;
    setText(this.title, title);
    document.title = `${title} · CRM Pulse`;
    this.main.replaceChildren(element);
    this.state.nowhere();
    announce(words);
  }

  snapshot({ records, alerts, status }) {
    const isNew = this.next !== null;
    if (isNew) this.board = this.next;
    this.next = null;
    this.records.periods = this.board.periods;
    this.records.reset(records, alerts ?? []);
    this.state.timezone = this.board.timezone;
    if (status) this.state.status(status);
    if (isNew || this.view?.board !== this.board) this.build();
    else this.view.catchUp();
  }

  /** Put the board's tiles in the place of those before. */
  build() {
    this.view?.close();
    const { team, records, directory, rotation } = this;
    this.view = new BoardView(this.board, { team: this.board.for_each === "team" ? team : null, records, directory, rotation });
    const title = this.view.team === null ? this.board.title : `${this.board.title} ${this.view.team}`;
    setText(this.title, title);
    document.title = `${title} · CRM Pulse`;
    this.view.open(this.main);
    this.rotation.restart();
    announce(`Board ${title}`);
  }

  change(event, data) {
    if (this.view === null || this.view.board !== this.board) return;
    if (event === "kpis") {
      const changes = this.records.takeKpis(data.records ?? [], data.gone ?? []);
      this.moments.ofRecords(this.board, changes, (tile, name) => this.view.takesPart(tile, name));
      this.view.drawChanged(new Set(changes.map(({ record, before }) => (record ?? before).kpi)), false);
    } else if (event === "alerts") {
      const changes = this.records.takeAlerts(data.alerts ?? [], data.gone ?? []);
      this.moments.ofAlerts(changes);
      this.view.drawChanged(new Set(), changes.length > 0);
    }
  }

  /** Somebody is in another team: what goes by teams is drawn again. */
  redraw() {
    this.view?.drawAll();
  }
}
