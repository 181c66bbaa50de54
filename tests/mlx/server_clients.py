"""Asks a completions server from several clients at once: `server_clients.py PORT REQUESTS CLIENTS TOKENS`. Prints one JSON list with
the status and the text of each answer, in the order of the requests; every second answer is read as a stream.
"""

import http.client
import json
import queue
import sys
import threading

PATIENCE_S = 120


def ask(connection, number, tokens):
    request = {
        # Random weights answer the last letters: the answers have to differ, or a mix-up is not seen.
        "prompt": chr(33 + number % 90) * 3 + str(number),
        "max_tokens": tokens,
        "temperature": 0,
        "stream": number % 2 == 1,
    }
    connection.request("POST", "/v1/completions", json.dumps(request), {"Content-Type": "application/json"})
    response = connection.getresponse()
    body = response.read().decode()
    if response.status != 200:
        return [response.status, body]
    lines = [line[6:] for line in body.splitlines() if line.startswith("data: ")] if request["stream"] else [body]
    pieces = [json.loads(line)["choices"][0]["text"] for line in lines if line != "[DONE]"]
    return [response.status, "".join(pieces)]


def main():
    port, requests, clients, tokens = map(int, sys.argv[1:5])
    numbers = queue.SimpleQueue()
    for number in range(requests):
        numbers.put(number)
    answers = {}

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        while True:
            try:
                number = numbers.get_nowait()
            except queue.Empty:
                return
            try:
                answers[number] = ask(connection, number, tokens)
            except Exception as error:
                answers[number] = [0, type(error).__name__]
                connection.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump([answers[number] for number in range(requests)], sys.stdout)


main()
