module.exports = require('@contoso/greeting');
