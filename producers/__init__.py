"""The outside world to stories: HTTP, feeds, article pages, schedules. Hands them on to whoever runs it."""
