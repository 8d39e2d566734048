#!/usr/bin/env python3
"""Follows a report with nothing but Python's standard library: each event as a line, "ID NAME DATA", over broken
connections, until the report has ended.

Usage: watch.py http://127.0.0.1:8080/v1/jobs/job_0…/events
"""
import http.client
import sys
import time
import urllib.error
import urllib.request

SILENCE_SECONDS = 60  # heartbeats come every 15 s: a connection that is silent for longer is dead


def lines(response):
    """The whole lines that came; what is left of a broken connection's last one is none."""
    for raw in response:
        if not raw.endswith(b"\n"):
            return
        yield raw.decode("utf-8").rstrip("\r\n")


def events(url):
    """Yields (id, name, data) for each event, once."""
    last, retry_seconds = None, 2.0
    while True:
        request = urllib.request.Request(url, headers={"Last-Event-ID": last} if last else {})
        try:
            with urllib.request.urlopen(request, timeout=SILENCE_SECONDS) as response:
                if response.status == 204:
                    return  # there is nothing more to come
                event = {}
                for line in lines(response):
                    name, _, value = line.partition(": ")
                    if name == "retry":
                        retry_seconds = int(value) / 1000
                    elif line:
                        event[name] = value
                    else:
                        if "data" in event:
                            last = event.get("id", last)
                            yield event.get("id", "-"), event["event"], event["data"]
                        event = {}
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise
        except (OSError, http.client.HTTPException):
            pass  # the connection broke
        time.sleep(retry_seconds)


if __name__ == "__main__":
    for event_id, event_name, event_data in events(sys.argv[1]):
        print(event_id, event_name, event_data, flush=True)
